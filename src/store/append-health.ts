import type { LedgerWriter } from '../domain/ledger-entry.ts';
import { isDataFault } from './append-batch.ts';

/** How long a failure says something of the next append; after that one has to try to know. */
const REMEMBERED_MS = 5000;

export interface WatchedLedgerWriter extends LedgerWriter {
  /** Whether the last append that ended failed, not long ago: a full disk is seen by writing only. */
  readonly failedLately: () => boolean;
}

/** Remembers how the last append ended, for who is asked whether the ledger can be written. */
export function watchedWriter(
  { append }: LedgerWriter,
  now: () => number = performance.now.bind(performance),
): WatchedLedgerWriter {
  // Owned by this closure.
  let failedAt: number | undefined;
  return {
    append: async (entry, aside) => {
      try {
        const receipt = await append(entry, aside);
        failedAt = undefined;
        return receipt;
      } catch (error) {
        if (!isDataFault(error instanceof Error ? error.cause : undefined)) failedAt = now();
        throw error;
      }
    },
    failedLately: () => failedAt !== undefined && now() - failedAt < REMEMBERED_MS,
  };
}
