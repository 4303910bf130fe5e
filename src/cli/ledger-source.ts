import { Problem } from '../domain/problem.ts';
import type { LedgerArchive } from '../ledger/export-format.ts';
import { ledgerArchive } from '../store/ledger-archive.ts';
import { errorName } from '../telemetry/log.ts';
import type { Shell } from './command.ts';
import { withControl } from './control-database.ts';

/** Works on the ledger of the database that the environment names: DATABASE_URL, or the embedded one. */
export async function withLedger<T>(shell: Shell, work: (ledger: LedgerArchive) => Promise<T>): Promise<T> {
  try {
    return await withControl(shell, async (control) => await work(ledgerArchive(control)));
  } catch (error) {
    // The problem speaks to the caller of an exchange; the cause by name only, since its text may quote a row.
    if (!(error instanceof Problem)) throw error;
    throw new Error(`The ledger cannot be read (${errorName(error.cause)}).`, { cause: error });
  }
}
