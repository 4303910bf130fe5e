import { columnsOf } from '../../src/auditor/search-columns.ts';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LedgerHead, LedgerRow } from '../../src/domain/ledger-entry.ts';
import type { PublishedCheckpoint } from '../../src/domain/log-source.ts';
import type { Pruning } from '../../src/domain/pruning.ts';
import type { LedgerArchive } from '../../src/ledger/export-format.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { chainHash, GENESIS_CHAIN, leafHash } from './hex-hashes.ts';

/** A ledger of these entries, as the database would hold it, in memory. */
export function ledgerOf(entries: readonly JsonObject[]): {
  readonly rows: readonly LedgerRow[];
  readonly head: LedgerHead;
} {
  let chain = GENESIS_CHAIN;
  const rows = entries.map((value, index): LedgerRow => {
    const entry = canonicalJson(value);
    const leaf = leafHash(entry);
    chain = chainHash(chain, leaf);
    return { index, entry, leaf, chain, columns: columnsOf(value) };
  });
  return { rows, head: { size: rows.length, chain } };
}

export function someEntries(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({
    v: 1,
    kind: 'exchange',
    exchange: `exchange-${index}`,
    outcome: index % 3 === 0 ? 'refused' : 'released',
    consumer: 'taxation.tax-registration',
    contract: 'market-regulation.business-licence.v1',
    legalBasis: [{ instrument: '政务数据共享条例（国务院令第809号）' }],
  }));
}

export async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

interface Held {
  readonly rows: readonly LedgerRow[];
  readonly head: LedgerHead;
  readonly checkpoint?: PublishedCheckpoint;
  readonly pruning?: Pruning;
}

function rootOf(rows: readonly LedgerRow[]): string {
  const frontier = openFrontier();
  for (const { leaf } of rows) frontier.append(Buffer.from(leaf, 'hex'));
  return Buffer.from(frontier.root()).toString('hex');
}

/** What an exporter asks, answered from these rows; of an index before the first of them, nothing. */
export function readerOf({ rows, head, checkpoint, pruning }: Held): LedgerArchive {
  const all = (from: number, to: number): readonly LedgerRow[] =>
    rows.filter(({ index }) => index >= from && index < to);
  return {
    head: async () => await Promise.resolve({ ...head, root: rootOf(all(0, head.size)) }),
    rows: (size, from = 0) => each(all(from, size)),
    checkpoint: async () => await Promise.resolve(checkpoint),
    begins: async () => await Promise.resolve(rows[0]?.index ?? 0),
    indexOf: async (exchange) =>
      await Promise.resolve(rows.find(({ columns }) => columns.exchange === exchange)?.index),
    pruning: async () => await Promise.resolve(pruning),
    isOverfull: async () => await Promise.resolve(false),
    hashes: () => async (nodes) =>
      await Promise.resolve(
        nodes.map(({ level, index }) => {
          const frontier = openFrontier();
          for (const { leaf } of all(index * 2 ** level, (index + 1) * 2 ** level))
            frontier.append(Buffer.from(leaf, 'hex'));
          return frontier.root();
        }),
      ),
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}
