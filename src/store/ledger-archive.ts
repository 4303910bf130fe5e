import type { LedgerArchive } from '../ledger/export-format.ts';
import { type Database, translated } from './database.ts';
import { ledgerReader } from './ledger.ts';
import { ledgerHashes } from './ledger-hashes.ts';
import { newestCheckpoint } from './newest-checkpoint.ts';
import { lastPruning } from './pruning.ts';

const HEAD = `select size, encode(chain, 'hex') as chain, encode(root, 'hex') as root from ledger.head`;
const FIRST_OF = 'select min(index) as first from ledger.entry where exchange = $1';

/** The ledger for whoever exports it, proves something of it, or verifies it. */
export function ledgerArchive(database: Database): LedgerArchive {
  const one = async <Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row | undefined> =>
    (await translated(database.query<Row>(sql, values)))[0];
  return {
    ...ledgerReader(database),
    head: async () => {
      const head = await one<{ size: string | number; chain: string; root: string }>(HEAD);
      if (head === undefined) throw new TypeError('the ledger has no head');
      return { ...head, size: Number(head.size) };
    },
    checkpoint: async () => await translated(newestCheckpoint(database)),
    begins: async () =>
      Number(
        (await one<{ first: string | number | null }>('select min(index) as first from ledger.entry'))?.first ?? 0,
      ),
    pruning: async () => await lastPruning(database, { dropped: true }),
    // One statement, so that what is appended meanwhile is in both or in neither.
    isOverfull: async () =>
      (
        await one<{ more: boolean }>(
          'select exists (select from ledger.entry where index >= head.size) as more from ledger.head',
        )
      )?.more === true,
    indexOf: async (exchange) => {
      const found = await one<{ first: string | number | null }>(FIRST_OF, exchange);
      return found === undefined || found.first === null ? undefined : Number(found.first);
    },
    hashes: (size) => ledgerHashes(database, size),
  };
}
