export interface SeenIds {
  /** @param until milliseconds since the Unix epoch */
  isFirst(id: string, until: number): boolean;
}

/** Which exchanges were answered: nobody who kept an answer can give it a second time while it is young enough to pass. */
export function seenIds(now: () => number): SeenIds {
  const seen = new Map<string, number>();
  return {
    isFirst: (id, until) => {
      const at = now();
      // In the order in which they were entered, so the ones that end first come first.
      for (const [old, end] of seen) {
        if (end > at) break;
        seen.delete(old);
      }
      if (seen.has(id)) return false;
      seen.set(id, until);
      return true;
    },
  };
}
