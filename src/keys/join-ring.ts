import type { HeldKey, HeldKeysWriter, KeyUse, MadeKey } from '../domain/key-ring.ts';

export interface JoiningTimes {
  /** When it begins to be used, and what was used before is no more. */
  readonly from: number;
  /** Until when what it follows is published. */
  readonly until: number;
  /** Of a treatment secret: the first epoch that it is for. */
  readonly fromEpoch?: number;
  /** The newest key when it was decided to add another; as the ring has it now, if not given. */
  readonly predecessor?: HeldKey | undefined;
}

/**
 * Puts a new key into the ring, which retires those before it; a treatment secret retires none, since what an old epoch gave
 * out has to come out the same for ever.
 * @returns the kids of what was retired, or undefined if the key, or a secret for the epoch, is there already, or another
 * key was faster
 */
export async function joinRing(
  ring: HeldKeysWriter,
  made: MadeKey,
  { from, until, fromEpoch, predecessor }: JoiningTimes,
): Promise<readonly string[] | undefined> {
  const previous = predecessor ?? newestOf(await ring.all(), made.use);
  const key = { ...made, activeFrom: from, fromEpoch: made.use === 'treatment' ? fromEpoch : undefined };
  return await ring.join(key, { predecessor: previous?.kid, until });
}

/** The last key of a use that does not retire by itself yet: the one that signs, or will. Of two that began at once, the later in the ring. */
export function newestOf(keys: readonly HeldKey[], use: KeyUse): HeldKey | undefined {
  return keys
    .filter((key) => key.use === use && key.retiredAt === undefined)
    .reduce<HeldKey | undefined>(
      (newest, key) => (newest === undefined || key.activeFrom >= newest.activeFrom ? key : newest),
      undefined,
    );
}
