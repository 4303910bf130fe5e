import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { LedgerHead, LedgerReader, LedgerRow } from '../domain/ledger-entry.ts';
import { Problem } from '../domain/problem.ts';
import { readExport } from '../ledger/export-format.ts';
import { ledgerReader } from '../store/ledger.ts';
import { openDatabases } from '../store/open-databases.ts';
import { errorName } from '../telemetry/log.ts';
import type { Shell } from './command.ts';

const STATEMENT_TIMEOUT_MS = 60_000;

/** Works on the ledger of the database that the environment names: DATABASE_URL, or the embedded one. */
export async function withLedger<T>({ environment }: Shell, work: (ledger: LedgerReader) => Promise<T>): Promise<T> {
  const url = environment['DATABASE_URL'];
  const embeddedDir = environment['SHUQIAO_EMBEDDED_DATABASE_DIR'] ?? '.trial/database';
  // Opening would make one.
  if (url === undefined && !existsSync(embeddedDir)) {
    throw new Error(`There is no ledger: DATABASE_URL is not set, and ${embeddedDir} is not there.`);
  }
  const databases = await openDatabases({
    url,
    embeddedDir,
    maxConnections: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await work(ledgerReader(databases.control));
  } catch (error) {
    // The problem speaks to the caller of an exchange; the cause by name only, since its text may quote a row.
    if (!(error instanceof Problem)) throw error;
    throw new Error(`The ledger cannot be read (${errorName(error.cause)}).`, { cause: error });
  } finally {
    await databases.close();
  }
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
