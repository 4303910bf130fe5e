import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { ledgerHashes } from '../../src/store/ledger-hashes.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { consistencyProof, inclusionProof, rootAt } from '../../src/transparency/prove.ts';
import { verifyConsistency, verifyInclusion } from '../../src/transparency/verify-proof.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, entryNumber, readRows, treesOf, verifyDatabase } from '../support/ledger.ts';

const COUNT = 1300;
const PARTITION = 512;

interface Appended {
  readonly index: string | number;
  readonly leaf: string;
  readonly known: boolean;
}

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('the log in %s', (_name, open) => {
  let database: TestDatabase;
  let leaves: readonly Uint8Array[];
  const append = async (entries: readonly JsonObject[]): Promise<readonly Appended[]> =>
    await database.databases.exchange.query<Appended>('select index, leaf, known from ledger.append($1)', [
      JSON.stringify(entries.map((entry) => ({ entry: canonicalJson(entry) }))),
    ]);
  const places = (rows: readonly Appended[]) => rows.map(({ index, known }) => ({ index: Number(index), known }));
  const size = async () => (await readRows(database.databases)).length;
  const expectOneTree = async () => {
    const { stored, computed } = await treesOf(database.databases);
    expect(stored).toEqual(computed);
  };

  beforeAll(async () => {
    database = await open();
    await database.tamper(`update ledger.head set partition_size = ${PARTITION}`);
    await appendEntries(database.databases, COUNT);
    leaves = (await readRows(database.databases)).map(({ leaf }) => Buffer.from(leaf, 'hex'));
  });
  afterAll(async () => await database.close());

  it('has the root and frontier of the tree over its rows, across partitions', async () => {
    await expectOneTree();
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent', size: COUNT });
    const partitions = await database.databases.control.query(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'ledger.entry'::regclass order by 1`,
    );
    // One more than the entries need: it is made ahead.
    expect(partitions).toEqual([0, 1, 2, 3].map((number) => ({ name: `ledger.entry_${number}` })));
  });

  it('keeps every full tile with the hash that stands for it, and none that is not full', async () => {
    const tiles = await database.databases.control.query<{ tile: string; hashes: Uint8Array; root: Uint8Array }>(
      'select tile, hashes, root from ledger.tile where level = 0 order by tile',
    );
    expect(tiles).toHaveLength(Math.floor(COUNT / 256));
    for (const { tile, hashes, root } of tiles) {
      const own = leaves.slice(Number(tile) * 256, Number(tile) * 256 + 256);
      const frontier = openFrontier();
      for (const leaf of own) frontier.append(leaf);
      expect(Buffer.from(hashes)).toEqual(Buffer.concat(own));
      expect(Buffer.from(root)).toEqual(Buffer.from(frontier.root()));
    }
  });

  it('gives its hashes to proofs of inclusion and of consistency, at every size', async () => {
    const frontier = openFrontier();
    const roots = [frontier.root()];
    for (const leaf of leaves) {
      frontier.append(leaf);
      roots.push(frontier.root());
    }
    const rootOf = (at: number): Uint8Array => roots[at] ?? new Uint8Array();
    for (const at of [1, 2, 255, 256, 257, 512, 700, 1024, 1025, COUNT]) {
      const reader = ledgerHashes(database.databases.control, at);
      expect(Buffer.from(await rootAt(reader, at))).toEqual(Buffer.from(rootOf(at)));
      for (const index of new Set([0, at >> 1, at - 1])) {
        const proof = await inclusionProof(reader, index, at);
        const leaf = leaves[index] ?? new Uint8Array();
        expect(verifyInclusion({ index, size: at, leaf, root: rootOf(at), proof })).toBe(true);
      }
      const from = Math.max(1, at - 300);
      const proof = await consistencyProof(reader, from, at);
      expect(verifyConsistency({ from, to: at, fromRoot: rootOf(from), toRoot: rootOf(at), proof })).toBe(true);
    }
  });

  it('answers an exchange that it has with where it stands, and writes it once, in one batch and across many', async () => {
    const before = await size();
    const [first, second, third] = [entryNumber(1), entryNumber(2), entryNumber(3)];
    expect(places(await append([first, second, first]))).toEqual(
      [before, before + 1, before].map((index) => ({ index, known: false })),
    );
    expect(places(await append([second, third, first]))).toEqual([
      { index: before + 1, known: true },
      { index: before + 2, known: false },
      { index: before, known: true },
    ]);
    expect(places(await append([third]))).toEqual([{ index: before + 2, known: true }]);
    expect(await size()).toBe(before + 3);
    await expectOneTree();
  });

  it('refuses another entry of an exchange that it has, and of one twice in a batch', async () => {
    const entry = entryNumber(1);
    const other = { ...entry, outcome: 'failed' };
    await expect(append([entry, other])).rejects.toMatchObject({ code: '23505' });
    await append([entry]);
    await expect(append([entryNumber(2), other])).rejects.toMatchObject({ code: '23505' });
    await expectOneTree();
  });

  it('finds an entry of another kind by its own id', async () => {
    const id = '00000000-0000-7000-8000-00000000abcd';
    const [first] = await append([{ v: 1, kind: 'prune', id }]);
    expect(places(await append([{ v: 1, kind: 'prune', id }]))).toEqual([{ index: Number(first?.index), known: true }]);
  });

  it.each([
    ['has no id', [{ kind: 'prune' }], '23502'],
    ['has an id that is none', [{ exchange: 'exchange-1' }], '22P02'],
  ])('refuses an entry that %s', async (_what, entries, code) => {
    await expect(append(entries)).rejects.toMatchObject({ code });
  });

  it('fails only the item that is at fault, and keeps the order of the others', async () => {
    const before = await size();
    const writer = ledgerWriter(database.databases.exchange);
    const taken = entryNumber(0);
    await writer.append(taken);
    const settled = await Promise.allSettled([
      writer.append(entryNumber(1)),
      writer.append(entryNumber(2)),
      writer.append({ ...taken, outcome: 'failed' }),
      writer.append(entryNumber(3)),
    ]);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.index : one.status))).toEqual([
      before + 1,
      before + 2,
      'rejected',
      before + 3,
    ]);
    await expectOneTree();
  });

  it.each([
    `update ledger.head set chain = '\\x00'`,
    `update ledger.head set root = '\\x00'`,
    `update ledger.head set frontier = '\\x00'`,
    `update ledger.head set partition_size = 300`,
    `insert into ledger.entry select 5000, repeat('x', 65536), leaf, chain from one`,
    `insert into ledger.entry select 5000, entry, '\\x00', chain from one`,
    `insert into ledger.entry select 5000, entry, leaf, '\\x00' from one`,
    `insert into ledger.entry select -1, entry, leaf, chain from one`,
  ])('takes nothing that has not the form of it, even from its owner: %s', async (statement) => {
    const whole = statement
      .replace('entry select', 'entry (index, entry, leaf, chain, exchange, outcome, consumer, contract) select')
      .replace(' from one', `, '', '', '', '' from ledger.entry where index = 0`);
    await expect(database.tamper(whole)).rejects.toMatchObject({ code: '23514' });
  });

  it('lets nobody change how large its partitions are once it has one, nor make its head smaller', async () => {
    for (const change of ['partition_size = 1024', 'size = size - 1'])
      await expect(database.tamper(`update ledger.head set ${change}`)).rejects.toMatchObject({
        message: 'the ledger is append-only: UPDATE on head is refused',
      });
  });

  it.each(['entry_0', 'entry_1', 'entry_2', 'entry_3', 'tile'])(
    'refuses even its owner to change %s',
    async (table) => {
      const key = table === 'tile' ? 'level' : 'index';
      for (const statement of [
        `truncate ledger.${table}`,
        `update ledger.${table} set ${key} = ${key}`,
        `delete from ledger.${table}`,
      ])
        if (table !== 'entry_3' || statement.startsWith('truncate'))
          await expect(database.tamper(statement)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('is read by the auditor, who can do nothing else', async () => {
    const audit = async (sql: string): Promise<void> => await database.tamper(`set local role shuqiao_audit; ${sql}`);
    for (const table of ['head', 'entry', 'tile', 'exchange_key']) {
      await audit(`select * from ledger.${table} limit 1`);
      for (const sql of [
        `delete from ledger.${table}`,
        `truncate ledger.${table}`,
        `insert into ledger.${table} default values`,
      ])
        await expect(audit(sql)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(audit(`select * from ledger.append('[]')`)).rejects.toMatchObject({ code: '42501' });
  });
});
