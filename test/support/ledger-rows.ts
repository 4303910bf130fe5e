import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LedgerHead, LedgerReader, LedgerRow } from '../../src/domain/ledger-entry.ts';
import { chainHash, GENESIS_CHAIN, leafHash } from '../../src/ledger/hashes.ts';
import { columnsOf } from '../../src/ledger/verify.ts';

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

export function readerOf({
  rows,
  head,
}: {
  readonly rows: readonly LedgerRow[];
  readonly head: LedgerHead;
}): LedgerReader {
  return { head: async () => await Promise.resolve(head), rows: (size) => each(rows.slice(0, size)) };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}
