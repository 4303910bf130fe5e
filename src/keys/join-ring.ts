import type { HeldKeysWriter, MadeKey } from '../domain/key-ring.ts';

export interface JoiningTimes {
  /** When it begins to be used, and what was used before is no more. */
  readonly from: number;
  /** Until when what it follows is published. */
  readonly until: number;
  /** Of a treatment secret: the first epoch that it is for. */
  readonly fromEpoch?: number;
}

/**
 * Puts a new key into the ring, which retires those before it; a treatment secret retires none, since what an old epoch gave
 * out has to come out the same for ever.
 * @returns the kids of what was retired, or undefined if the key, or a secret for the epoch, is there already
 */
export async function joinRing(
  ring: HeldKeysWriter,
  made: MadeKey,
  { from, until, fromEpoch }: JoiningTimes,
): Promise<readonly string[] | undefined> {
  const added = await ring.add({
    ...made,
    activeFrom: from,
    fromEpoch: made.use === 'treatment' ? fromEpoch : undefined,
  });
  if (!added) return undefined;
  return made.use === 'treatment' ? [] : await ring.retire(made.use, made.kid, { from, until });
}
