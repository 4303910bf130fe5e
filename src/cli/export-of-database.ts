import { exportLines } from '../ledger/export-format.ts';
import type { Shell } from './command.ts';
import { withLedger } from './ledger-source.ts';

/** The whole ledger of the database that the environment names, as an export of it would be. */
export async function exportOfDatabase<T>(
  shell: Shell,
  work: (lines: AsyncIterable<string>) => Promise<T>,
): Promise<T> {
  return await withLedger(shell, async (ledger) => await work(exportLines(ledger, { all: true })));
}
