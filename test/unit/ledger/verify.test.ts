import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LedgerHead, LedgerRow } from '../../../src/domain/ledger-entry.ts';
import { chainHash, GENESIS_CHAIN, leafHash } from '../../../src/ledger/hashes.ts';
import { columnsOf, type Verification, verifyLedger } from '../../../src/ledger/verify.ts';
import { each, ledgerOf, someEntries } from '../../support/ledger-rows.ts';

const { rows, head } = ledgerOf(someEntries(5));
const at = (size: number): LedgerHead => ({ size, chain: rows[size - 1]?.chain ?? GENESIS_CHAIN });

async function verify(
  given: readonly LedgerRow[],
  claims: { readonly head?: LedgerHead | undefined; readonly pinned?: LedgerHead } = {},
): Promise<Verification> {
  return await verifyLedger(each(given), () => ({ head, ...claims }));
}

const changed = (index: number, change: Partial<LedgerRow>): readonly LedgerRow[] =>
  rows.map((row) => (row.index === index ? { ...row, ...change } : row));
const renumbered = (given: readonly LedgerRow[]): readonly LedgerRow[] =>
  given.map((row, index) => ({ ...row, index }));
/** What somebody makes who can write every row: hashes and links that fit again. */
const relinked = (given: readonly LedgerRow[]): { readonly rows: readonly LedgerRow[]; readonly head: LedgerHead } => {
  let chain = GENESIS_CHAIN;
  const again = given.map(({ entry, columns }, index) => {
    const leaf = leafHash(entry);
    chain = chainHash(chain, leaf);
    return { index, entry, leaf, chain, columns };
  });
  return { rows: again, head: { size: again.length, chain } };
};
const edited = rows[2]?.entry.replace('released', 'refused') ?? '';

describe('a ledger verifies', () => {
  it('as it was written, with and without a head that somebody kept', async () => {
    const verified = { verdict: 'verified', size: 5, chain: head.chain };
    expect(await verify(rows)).toEqual(verified);
    for (const size of [0, 1, 3, 5]) expect(await verify(rows, { pinned: at(size) })).toEqual(verified);
  });

  it('whatever its entries say', async () => {
    const text = fc.string({ unit: 'binary' });
    const entries = fc.array(fc.record({ exchange: text, note: text }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(entries, async (values) => {
        const { rows, head } = ledgerOf(values);
        expect(await verify(rows, { head, pinned: head })).toEqual({ verdict: 'verified', ...head });
      }),
    );
  });
});

describe('a ledger shows as tampered with', () => {
  const breach = (index: number, reason: RegExp) => ({
    verdict: 'tampered',
    breach: { index, reason: expect.stringMatching(reason) },
  });

  it.each<[string, readonly LedgerRow[], number, RegExp]>([
    ['an entry is edited', changed(2, { entry: edited }), 2, /does not hash to its leaf/],
    [
      'an entry is edited and its leaf with it',
      changed(2, { entry: edited, leaf: leafHash(edited) }),
      2,
      /do not link/,
    ],
    ['a leaf is edited', changed(2, { leaf: '0'.repeat(64) }), 2, /does not hash to its leaf/],
    ['a chain value is edited', changed(2, { chain: '0'.repeat(64) }), 2, /do not link/],
    ['a chain value is written in capitals', changed(2, { chain: at(3).chain.toUpperCase() }), 2, /do not link/],
    ['an entry is deleted', rows.filter(({ index }) => index !== 2), 2, /entry 2 is missing; the next there is 3/],
    ['the first entry is deleted', rows.slice(1), 0, /entry 0 is missing/],
    [
      'an entry is deleted and the rest closes up',
      renumbered(rows.filter(({ index }) => index !== 2)),
      2,
      /do not link/,
    ],
    ['two entries change places', renumbered([0, 2, 1, 3, 4].flatMap((index) => rows[index] ?? [])), 1, /do not link/],
    ['an entry stands twice', renumbered([0, 1, 1, 2, 3, 4].flatMap((index) => rows[index] ?? [])), 2, /do not link/],
    [
      'an entry is inserted',
      [...rows.slice(0, 2), ...changed(2, {}).slice(2, 3), ...rows.slice(2)],
      3,
      /entry 3 is missing/,
    ],
    [
      'a search column says otherwise',
      changed(1, { columns: { ...columnsOf({}), exchange: 'exchange-1' } }),
      1,
      /search column outcome/,
    ],
    ['a search column is emptied', changed(1, { columns: columnsOf({}) }), 1, /search column exchange/],
  ])('if %s', async (_, given, index, reason) => {
    expect(await verify(given)).toMatchObject(breach(index, reason));
  });

  it.each<[string, (entry: string) => string]>([
    ['has a space', (entry) => entry.replace(':', ': ')],
    [
      'has its keys in another order',
      (entry) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(entry) as JsonObject).reverse())),
    ],
    ['has a key twice', (entry) => entry.replace('{', '{"outcome":"refused",')],
    ['escapes what need not be', (entry) => entry.replace('exchange', '\\u0065xchange')],
    ['is no object', () => '[]'],
    ['is no JSON', () => 'released'],
  ])('if an entry was hashed right but %s', async (_, spelling) => {
    const written = relinked(changed(2, { entry: spelling(rows[2]?.entry ?? '') }));
    expect(await verify(written.rows, { head: written.head })).toMatchObject(breach(2, /not canonical JSON/));
  });

  it('if its tail is cut off: the head counts more', async () => {
    expect(await verify(rows.slice(0, 3))).toMatchObject(breach(3, /head counts 5 entries, but 3 are there/));
  });

  it('if something stands behind its head', async () => {
    expect(await verify(rows, { head: at(3) })).toMatchObject(breach(5, /head counts 3 entries, but 5 are there/));
  });

  it('if its head says another chain', async () => {
    expect(await verify(rows, { head: { size: 5, chain: at(4).chain } })).toMatchObject(
      breach(5, /does not end the chain/),
    );
  });

  it('if its tail and its head were cut off together, once somebody kept the head', async () => {
    const cut = rows.slice(0, 3);
    expect(await verify(cut, { head: at(3) })).toMatchObject({ verdict: 'verified' });
    expect(await verify(cut, { head: at(3), pinned: head })).toMatchObject(breach(3, /entries are gone: 5 were there/));
  });

  it('if all of it was written anew, once somebody kept the head', async () => {
    const anew = relinked(changed(2, { entry: edited, columns: columnsOf(JSON.parse(edited) as JsonObject) }));
    expect(await verify(anew.rows, { head: anew.head })).toMatchObject({ verdict: 'verified' });
    expect(await verify(anew.rows, { head: anew.head, pinned: head })).toMatchObject(
      breach(5, /before the pinned head/),
    );
    expect(await verify(anew.rows, { head: anew.head, pinned: at(2) })).toMatchObject({ verdict: 'verified' });
  });

  it('if it was emptied, once somebody kept the head', async () => {
    expect(await verify([], { head: at(0), pinned: head })).toMatchObject(breach(0, /entries are gone/));
  });

  it('with any two of its entries changed for one another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(4), async (one, other) => {
        fc.pre(one !== other);
        const order = [0, 1, 2, 3, 4].map((index) => (index === one ? other : index === other ? one : index));
        const swapped = renumbered(order.flatMap((index) => rows[index] ?? []));
        expect(await verify(swapped)).toMatchObject(breach(Math.min(one, other), /do not link/));
      }),
    );
  });
});

describe('a ledger is incomplete', () => {
  it('without the line that closes it', async () => {
    expect(await verify(rows, { head: undefined })).toEqual({
      verdict: 'incomplete',
      size: 5,
      chain: head.chain,
      missing: 'the closing line of the export',
    });
  });

  it('without any entry: that is what a deleted one looks like', async () => {
    const empty = { verdict: 'incomplete', size: 0, chain: GENESIS_CHAIN, missing: 'any entry' };
    expect(await verify([], { head: at(0) })).toEqual(empty);
    expect(await verify([], { head: at(0), pinned: at(0) })).toEqual(empty);
  });
});
