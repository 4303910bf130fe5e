import { Readable } from 'node:stream';
import { exportLines, type LedgerArchive } from '../../ledger/export-format.ts';
import type { Answer } from '../route.ts';

/** The whole ledger as lines, streamed; `shuqiao ledger verify` reads it. Breaking off leaves it without its closing line. */
export function exportLedger(ledger: LedgerArchive): () => Promise<Answer> {
  return async () => {
    // Asked before the first byte, so that a database that is away is an answer and not an empty file.
    await ledger.head();
    return { type: 'application/x-ndjson', body: Readable.from(exportLines(ledger)) };
  };
}
