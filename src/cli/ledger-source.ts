import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { LedgerHead, LedgerReader, LedgerRow } from '../domain/ledger-entry.ts';
import { Problem } from '../domain/problem.ts';
import { readExport } from '../ledger/export-format.ts';
import { ledgerReader } from '../store/ledger.ts';
import { errorName } from '../telemetry/log.ts';
import type { Shell } from './command.ts';
import { withControl } from './with-control.ts';

/** Works on the ledger of the database that the environment names: DATABASE_URL, or the embedded one. */
export async function withLedger<T>(shell: Shell, work: (ledger: LedgerReader) => Promise<T>): Promise<T> {
  return await withControl(shell, 'ledger', async (database) => {
    try {
      return await work(ledgerReader(database));
    } catch (error) {
      // The problem speaks to the caller of an exchange; the cause by name only, since its text may quote a row.
      if (!(error instanceof Problem)) throw error;
      throw new Error(`The ledger cannot be read (${errorName(error.cause)}).`, { cause: error });
    }
  });
}

export interface LedgerLines {
  readonly rows: AsyncIterable<LedgerRow>;
  head(): LedgerHead | undefined;
}

/** The lines of an export: a file, or `-` for standard input. */
export function exportedLedger(file: string, { stdin }: Shell): LedgerLines {
  const input = file === '-' ? Readable.from(stdin) : createReadStream(file);
  return readExport(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
}
