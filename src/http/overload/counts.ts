/** How many there are of each name; what there is none of any more is forgotten. */
export interface Counts {
  readonly size: number;
  of(name: string): number;
  /** How many there are with this one. */
  more(name: string): number;
  less(name: string): void;
}

export function counts(): Counts {
  const known = new Map<string, number>();
  const of = (name: string): number => known.get(name) ?? 0;
  return {
    get size() {
      return known.size;
    },
    of,
    more: (name) => {
      known.set(name, of(name) + 1);
      return of(name);
    },
    less: (name) => {
      if (of(name) > 1) known.set(name, of(name) - 1);
      else known.delete(name);
    },
  };
}
