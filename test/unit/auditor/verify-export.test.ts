import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainHash, GENESIS_CHAIN } from '../../../src/auditor/chain.ts';
import type { Expectations } from '../../../src/auditor/expectations.ts';
import type { Verification } from '../../../src/auditor/verification.ts';
import { verifyExport } from '../../../src/auditor/verify-export.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { LedgerRow } from '../../../src/domain/ledger-entry.ts';
import type { PublishedCheckpoint } from '../../../src/domain/log-source.ts';
import { type ExportRange, exportLines } from '../../../src/ledger/export-format.ts';
import { openFrontier } from '../../../src/transparency/frontier.ts';
import { leafHash } from '../../support/hex-hashes.ts';
import { all, each, ledgerOf, readerOf, someEntries } from '../../support/ledger-rows.ts';
import { testPublisher } from '../../support/published.ts';

const publisher = testPublisher();
const { policy } = publisher;
const ledger = ledgerOf(someEntries(9));
const leavesOf = (rows: readonly LedgerRow[], size = rows.length): readonly string[] =>
  rows.slice(0, size).map(({ leaf }) => leaf);
const checkpointAt = (size: number): PublishedCheckpoint => publisher.publish(leavesOf(ledger.rows, size));
const rootAt = (rows: readonly LedgerRow[], size: number): string => {
  const frontier = openFrontier();
  for (const leaf of leavesOf(rows, size)) frontier.append(Buffer.from(leaf, 'hex'));
  return Buffer.from(frontier.root()).toString('hex');
};

async function exported(
  held: Parameters<typeof readerOf>[0] = { ...ledger, checkpoint: checkpointAt(9) },
  range: ExportRange = {},
): Promise<readonly string[]> {
  return await all(exportLines(readerOf(held), range));
}
const verify = async (lines: readonly string[], expected: Expectations = { policy }): Promise<Verification> =>
  await verifyExport(each(lines), expected);

/** Hashes, links and head that fit what stands there now, as a patient forger makes them. */
function relinked(rows: readonly LedgerRow[]): ReturnType<typeof ledgerOf> {
  let chain = GENESIS_CHAIN;
  const again = rows.map((row, index) => {
    const leaf = leafHash(row.entry);
    chain = chainHash(chain, Buffer.from(leaf, 'hex'));
    return { ...row, index, leaf, chain };
  });
  return { rows: again, head: { size: again.length, chain } };
}
const edited = (index: number, entry: (text: string) => string): readonly LedgerRow[] =>
  ledger.rows.map((row) => (row.index === index ? { ...row, entry: entry(row.entry) } : row));

const whole = await exported();

describe('an export is verified', () => {
  it('when its checkpoint is of a log and witnesses that the trust policy names, and covers all of it', async () => {
    expect(await verify(whole)).toEqual({
      verdict: 'verified',
      from: 0,
      size: 9,
      anchored: 9,
      kinds: {},
      root: rootAt(ledger.rows, 9),
      chain: ledger.head.chain,
      checkpoint: {
        origin: 'ledger.example/1',
        size: 9,
        note: checkpointNote(whole),
        cosignedBy: [{ name: 'audit-office', time: 1_790_000_000 }],
      },
    });
  });

  it('however the file is cut into chunks, and as bytes', async () => {
    const bytes = Buffer.from(whole.join(''));
    for (const size of [1, 7, 1000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect((await verifyExport(each(chunks), { policy })).verdict).toBe('verified');
    }
  });

  it('when it goes on from the kept checkpoint, with what is new alone or from the beginning', async () => {
    const since = checkpointAt(5);
    const news = await exported(undefined, { since: 5 });
    expect(news).toHaveLength(6);
    expect(await verify(news, { policy, since: since.note })).toMatchObject({ verdict: 'verified', from: 5, size: 9 });
    expect(await verify(whole, { policy, since: since.note })).toMatchObject({ verdict: 'verified', from: 0 });
  });

  it('when a head or a root that was pinned is that of its first entries', async () => {
    const { chain = '' } = ledger.rows[3] ?? {};
    for (const hash of [chain, rootAt(ledger.rows, 4)])
      expect(await verify(whole, { pinned: { size: 4, hash } })).toMatchObject({ verdict: 'verified', anchored: 4 });
  });

  it('whatever its entries say', async () => {
    const text = fc.string({ unit: 'binary' });
    const entries = fc.array(fc.record({ exchange: text, note: text }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(entries, async (values) => {
        const some = ledgerOf(values);
        const lines = await exported({ ...some, checkpoint: publisher.publish(leavesOf(some.rows)) });
        expect((await verify(lines)).verdict).toBe('verified');
      }),
    );
  });
});

function checkpointNote(lines: readonly string[]): string {
  return (JSON.parse(lines.at(-1) ?? '') as { checkpoint: string }).checkpoint;
}

describe('an export is consistent and no more', () => {
  it.each<[string, () => Promise<readonly string[]>, Expectations, RegExp]>([
    ['nothing from elsewhere is given', exported, {}, /a trust policy or a pinned head/],
    ['only an empty head was pinned', exported, { pinned: { size: 0, hash: GENESIS_CHAIN } }, /a trust policy/],
    ['it has no checkpoint', async () => await exported(ledger), { policy }, /a checkpoint that a log/],
    [
      'its checkpoint is of others, who were made up a moment ago',
      async () => await exported({ ...ledger, checkpoint: testPublisher().publish(leavesOf(ledger.rows)) }),
      { policy },
      /a checkpoint that a log of the trust policy signed/,
    ],
    [
      'its checkpoint is not witnessed',
      async () =>
        await exported({ ...ledger, checkpoint: publisher.publish(leavesOf(ledger.rows), { witnessed: false }) }),
      { policy },
      /cosignatures/,
    ],
  ])('if %s', async (_, lines, expected, missing) => {
    expect(await verify(await lines(), expected)).toMatchObject({
      verdict: 'consistent',
      anchored: 0,
      missing: expect.stringMatching(missing),
    });
  });

  it('if entries came after its checkpoint, and says up to where it is verified', async () => {
    const more = await exported({ ...ledger, checkpoint: checkpointAt(6) }, { all: true });
    expect(more).toHaveLength(11);
    expect(await verify(more)).toMatchObject({ verdict: 'consistent', size: 9, anchored: 6 });
    expect(await verify(await exported({ ...ledger, checkpoint: checkpointAt(6) }))).toMatchObject({
      verdict: 'verified',
      size: 6,
    });
  });

  it('if it is of version 1, which had no checkpoint', async () => {
    const { rows, head } = ledger;
    const old = [
      '{"format":"shuqiao-ledger","version":1}',
      ...rows.map(({ index, entry, leaf, chain }) => JSON.stringify({ index, entry, leaf, chain })),
      JSON.stringify(head),
    ].map((line) => `${line}\n`);
    expect(await verify(old)).toMatchObject({ verdict: 'consistent', size: 9 });
    expect(await verify(old, { pinned: { size: 9, hash: head.chain } })).toMatchObject({ verdict: 'verified' });
  });
});

describe('an export is incomplete', () => {
  it('without its closing line, its last newline, or any of its entries', async () => {
    for (let kept = 0; kept < whole.length; kept += 1)
      expect((await verify(whole.slice(0, kept))).verdict).toBe('incomplete');
    expect((await verify([whole.join('').slice(0, -1)])).verdict).toBe('incomplete');
    expect(await verify(await exported(ledgerOf([])))).toMatchObject({ verdict: 'incomplete', missing: 'any entry' });
  });

  it('when it has only what is new, and the checkpoint before is not given or an older one', async () => {
    const news = await exported(undefined, { since: 5 });
    expect(await verify(news)).toMatchObject({ verdict: 'incomplete' });
    expect(await verify(news, { policy, since: checkpointAt(3).note })).toMatchObject({ verdict: 'incomplete' });
  });

  it('when the kept checkpoint is of another log', async () => {
    const other = testPublisher().publish(leavesOf(ledger.rows, 5)).note;
    expect(await verify(whole, { policy, since: other })).toMatchObject({ verdict: 'incomplete' });
  });
});

describe('an export shows as tampered with', () => {
  const claims = { policy, since: checkpointAt(5).note };

  it.each<[string, (entry: string) => string]>([
    ['has a space', (entry) => entry.replace(':', ': ')],
    [
      'has its keys in another order',
      (entry) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(entry) as JsonObject).reverse())),
    ],
    ['has a key twice', (entry) => entry.replace('{', '{"outcome":"refused",')],
    ['escapes what need not be', (entry) => entry.replace('exchange', '\\u0065xchange')],
    ['has half a character', (entry) => entry.replace('exchange-2', '\\ud800')],
    ['has a number that others read otherwise', (entry) => entry.replace('"v":1', '"v":1e400')],
    ['nests without end', () => `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['is no object', () => '[]'],
    ['is no JSON', () => 'released'],
  ])('if an entry was hashed right but %s', async (_, spelling) => {
    const lines = await exported(relinked(edited(2, spelling)));
    expect(await verify(lines)).toMatchObject({
      verdict: 'tampered',
      breach: { index: 2, reason: 'the entry is not canonical JSON' },
    });
  });

  it.each<[string, () => Promise<readonly string[]>, RegExp]>([
    [
      'an entry before the kept checkpoint was written anew, with everything after it',
      async () => {
        const anew = relinked(edited(2, (entry) => entry.replace('exchange-2', 'exchange-x')));
        const rows = anew.rows.map((row) => ({
          ...row,
          columns: { ...row.columns, exchange: (JSON.parse(row.entry) as { exchange: string }).exchange },
        }));
        return await exported({ rows, head: anew.head, checkpoint: publisher.publish(leavesOf(rows)) });
      },
      /does not go on from the kept checkpoint/,
    ],
    [
      'its tail was cut off below the kept checkpoint',
      async () => await exported({ ...relinked(ledger.rows.slice(0, 4)), checkpoint: checkpointAt(4) }),
      /entries are gone: the kept checkpoint counts 5/,
    ],
    [
      'its checkpoint counts more than there is',
      async () => await exported({ ...relinked(ledger.rows.slice(0, 7)), checkpoint: checkpointAt(9) }),
      /entries are gone: the checkpoint counts 9/,
    ],
    [
      'two entries changed places before the checkpoint',
      async () =>
        await exported({
          ...relinked([0, 1, 2, 4, 3, 5, 6, 7, 8].flatMap((at) => ledger.rows[at] ?? [])),
          checkpoint: checkpointAt(9),
        }),
      /another root|does not go on/,
    ],
    [
      'a search column says otherwise',
      async () =>
        await exported({
          ...ledger,
          rows: ledger.rows.map((row) => ({ ...row, columns: { ...row.columns, consumer: 'x' } })),
        }),
      /search column consumer/,
    ],
  ])('if %s', async (_, lines, reason) => {
    expect(await verify(await lines(), claims)).toMatchObject({
      verdict: 'tampered',
      breach: { reason: expect.stringMatching(reason) },
    });
  });

  it('if another entry stands where a receipt was given for one, or none', async () => {
    const leaf = ledger.rows[7]?.leaf ?? '';
    expect(await verify(whole, { policy, receipts: [{ index: 7, leaf }] })).toMatchObject({ verdict: 'verified' });
    expect(await verify(whole, { policy, receipts: [{ index: 6, leaf }] })).toMatchObject({ verdict: 'tampered' });
    const cut = { ...relinked(ledger.rows.slice(0, 6)), checkpoint: checkpointAt(6) };
    const held = { policy, receipts: [{ index: 7, leaf }] };
    expect(await verify(await exported(cut, { all: true }), held)).toMatchObject({ verdict: 'tampered' });
    // Such an export may have been made before the entry was covered.
    expect(await verify(await exported(cut), held)).toMatchObject({ verdict: 'incomplete' });
  });

  it('or at least never as verified, whichever one byte of it was changed, left out or put in', async () => {
    const bytes = Buffer.from(whole.join(''));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(2), async (at, byte, how) => {
        const before = bytes.subarray(0, at);
        const after = bytes.subarray(how === 0 ? at : at + 1);
        const broken = Buffer.concat([before, how === 2 ? Buffer.alloc(0) : Buffer.of(byte), after]);
        fc.pre(!broken.equals(bytes));
        expect((await verifyExport(each([broken]), { policy })).verdict).not.toBe('verified');
      }),
      { numRuns: 5000 },
    );
  });

  it('or at least never as verified, with any one line taken out, doubled, or moved', async () => {
    for (const [at, line] of whole.entries()) {
      const without = whole.toSpliced(at, 1);
      for (const lines of [without, whole.toSpliced(at, 0, line), without.toSpliced((at + 2) % whole.length, 0, line)])
        expect((await verify(lines)).verdict).not.toBe('verified');
    }
  });
});

describe('entries that are not there', () => {
  const prune = (more: JsonObject = {}): JsonObject => ({
    v: 1,
    kind: 'prune',
    id: '00000000-0000-7000-8000-000000000000',
    from: 0,
    to: 4,
    count: 4,
    root: rootAt(ledger.rows, 4),
    policy: 'three-years',
    exportDigest: 'a'.repeat(64),
    approvers: ['first', 'second'],
    recordedBy: 'first',
    decidedAt: '2026-11-28T00:00:00Z',
    ...more,
  });
  /** What is left of a log of nine entries and perhaps a tenth, once the first four were taken out. */
  async function pruned(record: JsonObject | undefined): Promise<readonly string[]> {
    const full = ledgerOf([...someEntries(9), ...(record === undefined ? [] : [record])]);
    const { hashes, head } = readerOf(full);
    const left = readerOf({ ...full, rows: full.rows.slice(4), checkpoint: publisher.publish(leavesOf(full.rows)) });
    return await all(exportLines({ ...left, hashes, head }));
  }

  it('were pruned, if an entry that is there says which, how many, why and by whom', async () => {
    const told = await verify(await pruned(prune()));
    expect(told).toMatchObject({
      verdict: 'verified',
      from: 4,
      size: 10,
      pruned: { to: 4, by: 9 },
      kinds: { prune: 1 },
    });
  });

  it.each<[string, JsonObject | undefined]>([
    ['nothing says so', undefined],
    ['it says another range', prune({ to: 5, count: 5 })],
    ['it says another root', prune({ root: 'b'.repeat(64) })],
    ['it counts others', prune({ count: 3 })],
    ['one person approved', prune({ approvers: ['first', 'first'] })],
    ['nobody approved', prune({ approvers: [] })],
    ['it names no export', prune({ exportDigest: '' })],
    ['it names no policy', prune({ policy: '' })],
    ['it is of another kind', prune({ kind: 'exchange' })],
  ])('are a hole, if %s', async (_, record) => {
    expect(await verify(await pruned(record))).toMatchObject({ verdict: 'tampered', breach: { index: 0 } });
  });

  describe('in an export of what is to go next, whose record is past its end', () => {
    const full = ledgerOf([...someEntries(9), prune()]);
    const checkpoint = publisher.publish(leavesOf(full.rows));
    const { hashes, head } = readerOf(full);
    const pruning = { upto: 4, by: 9, dropped: true, finished: true };
    const left = { ...readerOf({ ...full, rows: full.rows.slice(4), checkpoint, pruning }), hashes, head };
    const cut = async (until: number): Promise<readonly string[]> => await all(exportLines(left, { until }));

    it('are explained by that entry, proven by the checkpoint that goes on from the last', async () => {
      for (const until of [5, 7, 8, 9])
        expect(await verify(await cut(until))).toMatchObject({
          verdict: 'verified',
          from: 4,
          size: until,
          anchored: until,
          root: rootAt(full.rows, until),
          pruned: { to: 4, by: 9 },
        });
      expect(await verify(await cut(10))).toMatchObject({ verdict: 'verified', size: 10, pruned: { to: 4, by: 9 } });
      await expect(cut(11)).rejects.toThrow('The newest checkpoint covers 10 entries, and not 11.');
      await expect(cut(3)).rejects.toThrow('The ledger begins at entry 4; what was before is pruned.');
    });

    it('are compared with what was kept as far as it goes, and what is after its end is only missing', async () => {
      const lines = await cut(7);
      expect(await verify(lines, { policy, since: checkpointAt(6).note })).toMatchObject({ verdict: 'verified' });
      expect(await verify(lines, { policy, since: checkpointAt(9).note })).toMatchObject({ verdict: 'incomplete' });
      const pinned = { size: 9, hash: rootAt(full.rows, 9) };
      expect(await verify(lines, { policy, pinned })).toMatchObject({ verdict: 'incomplete' });
      const receipts = [{ index: 8, leaf: full.rows[8]?.leaf ?? '' }];
      expect(await verify(lines, { policy, receipts })).toMatchObject({ verdict: 'incomplete' });
    });

    it('are a hole without it, and consistent at most for who trusts others', async () => {
      const without = { ...left, pruning: async () => await Promise.resolve(undefined) };
      expect(await verify(await all(exportLines(without, { until: 7 })))).toMatchObject({ verdict: 'tampered' });
      expect(await verify(await cut(7), {})).toMatchObject({ verdict: 'consistent' });
      expect(await verify(await cut(7), { policy: testPublisher().policy })).toMatchObject({ verdict: 'consistent' });
    });

    it('never verify with one byte of it changed, left out or put in', async () => {
      const bytes = Buffer.from((await cut(7)).join(''));
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(2), async (at, byte, how) => {
          const after = bytes.subarray(how === 0 ? at : at + 1);
          const put = how === 2 ? Buffer.alloc(0) : Buffer.of(byte);
          const broken = Buffer.concat([bytes.subarray(0, at), put, after]);
          fc.pre(!broken.equals(bytes));
          expect((await verifyExport(each([broken]), { policy })).verdict).not.toBe('verified');
        }),
        { numRuns: 1500 },
      );
    });
  });
});
