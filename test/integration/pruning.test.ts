import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expectations } from '../../src/auditor/expectations.ts';
import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { OperatorEntry } from '../../src/domain/ledger-entry.ts';
import type { PublishedCheckpoint } from '../../src/domain/log-source.ts';
import type { SealedPart } from '../../src/domain/personal-parts.ts';
import { type ExportRange, exportLines } from '../../src/ledger/export-format.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import { lastPruning, type Pruner, pruner } from '../../src/store/pruning.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { consistencyProof, inclusionProof } from '../../src/transparency/prove.ts';
import { verifyConsistency, verifyInclusion } from '../../src/transparency/verify-proof.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { entryNumber, readRows } from '../support/ledger.ts';
import { testPublisher } from '../support/published.ts';

const PARTITION = 256;
const COUNT = 1400;
const DIGEST = 'ab'.repeat(32);

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('pruning %s', (_name, open) => {
  const publisher = testPublisher();
  const { policy } = publisher;
  /** Of every entry that ever was. */
  const leaves: string[] = [];
  const exchanges: string[] = [];
  let database: TestDatabase;

  const control = () => database.databases.control;
  const append = async (count: number, aside?: (number: number) => readonly SealedPart[]): Promise<void> => {
    const { append: one } = ledgerWriter(database.databases.exchange);
    const first = leaves.length;
    const entries = Array.from({ length: count }, (_, at) => entryNumber(first + at));
    const receipts = await Promise.all(entries.map(async (entry, at) => await one(entry, aside?.(first + at))));
    for (const [at, { leaf, index }] of receipts.entries()) {
      leaves[index] = leaf;
      exchanges[index] = entries[at]?.exchange ?? '';
    }
  };
  const rootAt = (size: number): string => {
    const frontier = openFrontier();
    for (const leaf of leaves.slice(0, size)) frontier.append(Buffer.from(leaf, 'hex'));
    return Buffer.from(frontier.root()).toString('hex');
  };
  const publish = async (): Promise<PublishedCheckpoint> => {
    const checkpoint = publisher.publish(leaves);
    await database.tamper(
      `insert into ledger.checkpoint (size, note) values (${checkpoint.size}, '${checkpoint.note}')`,
    );
    return checkpoint;
  };
  const record = (to: number, more: JsonObject = {}): OperatorEntry => ({
    v: 3,
    kind: 'prune',
    id: randomUUID(),
    decidedAt: '2026-11-28T00:00:00.000Z',
    from: 0,
    to,
    count: to,
    root: rootAt(to),
    policy: 'three-years',
    exportDigest: DIGEST,
    approvers: ['first', 'second'],
    recordedBy: 'first',
    ...more,
  });
  const asPruner = async <T>(work: (own: Pruner) => Promise<T>): Promise<T> =>
    await database.databases.withPrune(async (prune) => await work(pruner(prune)));
  const enter = async (entry: OperatorEntry): Promise<{ readonly index: number; readonly known: boolean }> => {
    const { index, leaf, known } = await asPruner(async (own) => await own.enter(entry, []));
    leaves[index] = leaf;
    return { index, known };
  };
  const verify = async (
    expected: Expectations = { policy },
    range: ExportRange = { all: true },
  ): Promise<Verification> => await verifyExport(exportLines(ledgerArchive(control()), range), expected);
  const count = async (table: string): Promise<number> =>
    Number((await control().query<{ count: string }>(`select count(*) from ledger.${table}`))[0]?.count);
  const expectProofs = async (first: number): Promise<void> => {
    const size = leaves.length;
    const reader = ledgerArchive(control()).hashes(size);
    const root = Buffer.from(rootAt(size), 'hex');
    for (const index of [first, first + 1, first + 255, size - 1]) {
      const leaf = Buffer.from(leaves[index] ?? '', 'hex');
      const proof = await inclusionProof(reader, index, size);
      expect(verifyInclusion({ index, size, leaf, root, proof })).toBe(true);
    }
    for (const from of [first, first + 1, size - 1]) {
      const proof = await consistencyProof(reader, from, size);
      const fromRoot = Buffer.from(rootAt(from), 'hex');
      expect(verifyConsistency({ from, to: size, fromRoot, toRoot: root, proof })).toBe(true);
    }
  };

  beforeAll(async () => {
    database = await open();
    await database.tamper(`update ledger.head set partition_size = ${PARTITION}`);
    await append(COUNT, (number) => [
      { subject: Buffer.alloc(32, number % 7), kid: kidOf(number), nonce: Buffer.alloc(12), box: Buffer.of(1) },
    ]);
    await database.tamper(
      [0, 1, 2]
        .map(
          (half) => `insert into ledger.subject_key (kid, subject, period, wrapped, wrapped_with)
          values ('${kidOf(half * 512)}', decode('${String(half).repeat(64)}', 'hex'), '2020', '\\x00', 'k')`,
        )
        .join(';'),
    );
  });
  afterAll(async () => await database.close());

  it('is not begun by a record that no checkpoint is over, of part of a partition, or that is wrong anywhere', async () => {
    await expect(enter(record(512))).rejects.toMatchObject({ code: '22023' });
    await publish();
    const size = leaves.length;
    for (const wrong of [
      record(300),
      record(2048),
      record(512, { from: 1 }),
      record(512, { count: 511 }),
      record(512, { root: rootAt(256) }),
      record(512, { approvers: ['first', 'first'] }),
      record(512, { approvers: ['first'] }),
      record(512, { kind: 'reveal' }),
    ])
      await expect(enter(wrong)).rejects.toMatchObject({ code: '22023' });
    expect(await readRows(database.databases)).toHaveLength(size);
    expect(await lastPruning(control())).toBeUndefined();
  });

  it('waits for a checkpoint over the record, enters one record of a range, and then takes out what it says', async () => {
    const { index, known } = await enter(record(512));
    expect([index, known]).toEqual([COUNT, false]);
    expect(await enter(record(512))).toEqual({ index, known: true });
    await expect(enter(record(768))).rejects.toMatchObject({ code: '22023' });
    const early = async (work: (own: Pruner) => Promise<unknown>) =>
      await expect(asPruner(work)).rejects.toMatchObject({ code: '55000' });
    await early(async (own) => await own.forgetAside(index));
    await early(async (own) => await own.drop(index));
    expect(await verify()).toMatchObject({ from: 0, verdict: 'consistent' });

    await append(10);
    const { note } = await publish();
    const whole = await verify();
    expect(whole).toMatchObject({ verdict: 'verified', from: 0, kinds: { prune: 1 } });
    expect(whole).not.toHaveProperty('pruned');
    const steps: readonly ((own: Pruner) => Promise<unknown>)[] = [
      async (own) => await own.forgetAside(index),
      async (own) => await own.drop(index),
      async (own) => await own.finish(index, false),
    ];
    await early(steps[2] ?? (async () => {}));
    // As after a crash behind each of them.
    for (let upto = 1; upto <= steps.length; upto += 1) for (const step of steps.slice(0, upto)) await asPruner(step);
    expect(await lastPruning(control())).toEqual({ upto: 512, by: index, dropped: true, finished: true });

    const told = await verify();
    expect(told).toMatchObject({ verdict: 'verified', from: 512, pruned: { to: 512, by: index } });
    expect(await verify({ policy, since: note })).toMatchObject({ verdict: 'verified' });
    const receipts = [{ index: 600, leaf: leaves[600] ?? '' }];
    expect(await verify({ policy, receipts })).toMatchObject({ verdict: 'verified' });
    expect(await verify({ policy, receipts: [{ index: 6, leaf: leaves[6] ?? '' }] })).toMatchObject({
      verdict: 'incomplete',
      missing: 'entry 6, before what was read',
    });
    await expectProofs(512);
  });

  it('leaves nothing that leads to what is gone, and the keys of what others still seal', async () => {
    expect(await count('exchange_key')).toBe(leaves.length - 512);
    expect(await count('sealed')).toBe(COUNT - 512);
    expect(await count('subject')).toBe(COUNT - 512);
    const keys = await control().query<{ kid: string }>('select kid from ledger.subject_key order by kid');
    expect(keys.map(({ kid }) => kid)).toEqual([kidOf(512), kidOf(1024)]);
    expect(await ledgerArchive(control()).indexOf(exchanges[5] ?? '')).toBeUndefined();
    const sizes = await control().query<{ size: string }>('select size from ledger.checkpoint order by size');
    expect(sizes.map(({ size }) => Number(size))).toEqual([COUNT, COUNT + 11]);
  });

  it('lets the ledger grow on, over tiles that are made of what was kept, and be pruned again', async () => {
    await append(300);
    await publish();
    const { index } = await enter(record(1280));
    await append(1);
    const bundle = await verify({ policy }, { until: 1280 });
    // The older record is past this export: it comes along, proven by the checkpoint that goes on from it.
    await publish();
    expect(bundle).toMatchObject({ verdict: 'verified', from: 512, size: 1280, pruned: { to: 512, by: COUNT } });
    await asPruner(async (own) => {
      await own.forgetAside(index);
      await own.drop(index);
      await own.finish(index, true);
    });
    expect(await verify()).toMatchObject({ verdict: 'verified', from: 1280, pruned: { to: 1280, by: index } });
    await expectProofs(1280);
    // Of a database of keys that is elsewhere they are marked, to go there.
    expect(await control().query('select kid from ledger.shredding')).toEqual([{ kid: kidOf(512) }]);
  });

  it('is tampering where more is missing than was recorded', async () => {
    const gone = Number((await control().query<{ size: string }>('select size from ledger.head'))[0]?.size);
    await database.tamper(`set local ledger_guard.open = 'yes';
      alter table ledger.entry detach partition ledger.entry_5; drop table ledger.entry_5`);
    expect(await verify()).toMatchObject({ verdict: 'tampered', from: 1536, size: gone });
  });
});

describe('the role that prunes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgresDatabase();
    await ledgerWriter(database.databases.exchange).append(entryNumber(0));
  });
  afterAll(async () => await database.close());

  it.each([
    'select * from ledger.entry',
    'select * from ledger.pruned',
    `insert into ledger.pruned (upto, index) values (1048576, 0)`,
    'delete from ledger.tile',
    'drop table ledger.entry_0',
    `select ledger.append('[]')`,
    `select ledger.append_act('{}')`,
    `select ledger.publish_checkpoint(1, '')`,
    `select ledger.shred('{}', '{}', true, false)`,
    'select ledger.prefix_root(256)',
  ])('can do nothing else: %s', async (statement) => {
    const asked = database.databases.withPrune(async (prune) => await prune.query(statement));
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['delete from ledger.tile', 'DELETE on tile'],
    ['update ledger.tile set tile = tile + 1', 'UPDATE on tile'],
    ['delete from ledger.checkpoint', 'DELETE on checkpoint'],
    ['delete from ledger.pruned', 'DELETE on pruned'],
    ['update ledger.pruned set upto = upto * 2', 'UPDATE on pruned'],
  ])('is the only way: its owner is refused %s', async (statement, what) => {
    const made = `insert into ledger.tile values (0, 0, decode(repeat('00', 8192), 'hex'), decode(repeat('00', 32), 'hex'));
      insert into ledger.checkpoint (size, note) values (1, 'x'); insert into ledger.pruned (upto, index) values (256, 0)`;
    await expect(database.tamper(`${made}; ${statement}`)).rejects.toMatchObject({
      code: '42501',
      message: `the ledger is append-only: ${what} is refused`,
    });
  });
});

/** One key for each half thousand entries. */
function kidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(Math.floor(number / 512)).padStart(12, '0')}`;
}
