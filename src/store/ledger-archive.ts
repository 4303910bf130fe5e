import type { LedgerArchive, PublishedCheckpoint } from '../ledger/export-format.ts';
import { openFrontier } from '../transparency/frontier.ts';
import type { Hash } from '../transparency/hashes.ts';
import type { NodeAddress } from '../transparency/node-address.ts';
import { type Database, translated } from './database.ts';
import { ledgerReader } from './ledger.ts';

const NEWEST = 'select size, note from ledger.checkpoint order by size desc limit 1';

const FIRST_OF = 'select min(index) as first from ledger.entry where exchange = $1';

/** The ledger for whoever exports it, proves something of it, or verifies it. */
export function ledgerArchive(database: Database): LedgerArchive {
  const one = async <Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row | undefined> =>
    (await translated(database.query<Row>(sql, values)))[0];
  return {
    ...ledgerReader(database),
    checkpoint: async (): Promise<PublishedCheckpoint | undefined> => {
      // A ledger that was not migrated yet can still be given out.
      const known = await one<{ present: boolean }>(`select to_regclass('ledger.checkpoint') is not null as present`);
      if (known?.present !== true) return undefined;
      const newest = await one<{ size: string | number; note: string }>(NEWEST);
      return newest === undefined ? undefined : { size: Number(newest.size), note: newest.note };
    },
    begins: async () =>
      Number(
        (await one<{ first: string | number | null }>('select min(index) as first from ledger.entry'))?.first ?? 0,
      ),
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
    hashes: async (nodes) => await Promise.all(nodes.map(async (node) => await perfectRoot(database, node))),
  };
}

async function perfectRoot(database: Database, { level, index }: NodeAddress): Promise<Hash> {
  const frontier = openFrontier();
  const leaves = await translated(
    database.query<{ leaf: string }>(
      `select encode(leaf, 'hex') as leaf from ledger.entry where index >= $1 and index < $2 order by index`,
      [index * 2 ** level, (index + 1) * 2 ** level],
    ),
  );
  for (const { leaf } of leaves) frontier.append(Buffer.from(leaf, 'hex'));
  return frontier.root();
}
