import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Expectations } from '../../src/auditor/expectations.ts';
import { hexOf } from '../../src/auditor/hex.ts';
import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import { verifyReceipt } from '../../src/auditor/verify-receipt.ts';
import type { PublishedCheckpoint } from '../../src/domain/log-source.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import { openFrontier } from '../../src/transparency/frontier.ts';
import { inclusionProof } from '../../src/transparency/prove.ts';
import { formatTlogProof } from '../../src/transparency/tlog-proof.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, readRows } from '../support/ledger.ts';
import { testPublisher } from '../support/published.ts';
import { RECHAIN, UNSEEN } from '../support/rechain.ts';

const FORGED = `replace(entry, '"refused"', '"released"')`;

// More than a tile, so that there is one to be forged.
const COUNT = 300;
const KEPT = 290;

describe('an insider who may switch off every trigger of the ledger', () => {
  const publisher = testPublisher();
  const { policy } = publisher;
  let database: TestDatabase;
  let leaves: readonly string[];
  /** What the audit office kept before. */
  let kept: PublishedCheckpoint;

  const edit = async (...statements: readonly string[]): Promise<void> =>
    await database.tamper([UNSEEN, ...statements].join(';'));
  const leavesNow = async (): Promise<readonly string[]> =>
    (await readRows(database.databases)).map(({ leaf }) => leaf);
  /** What is there now, with a new checkpoint over it that the log and its witness would sign, if the forger had both. */
  const verify = async (expected: Expectations = { policy, since: kept.note }): Promise<Verification> => {
    const archive = ledgerArchive(database.databases.control);
    const checkpoint = publisher.publish(await leavesNow());
    const held = { ...archive, checkpoint: async () => await Promise.resolve(checkpoint) };
    return await verifyExport(exportLines(held, { all: true }), expected);
  };
  /** The running chain and the head alone, without anything from elsewhere. */
  const chainAlone = async (): Promise<string> => (await verify({})).verdict;

  beforeAll(async () => {
    database = await postgresDatabase();
    await appendEntries(database.databases, COUNT);
    leaves = await leavesNow();
    kept = publisher.publish(leaves.slice(0, KEPT));
    await edit(
      'create schema kept',
      'create table kept.entry as table ledger.entry',
      'create table kept.head as table ledger.head',
      'create table kept.tile as table ledger.tile',
    );
  });
  afterEach(async () => {
    await edit(
      'delete from ledger.entry',
      'insert into ledger.entry select * from kept.entry',
      'update ledger.head set (size, chain, frontier, root) = (select size, chain, frontier, root from kept.head)',
      'delete from ledger.tile',
      'insert into ledger.tile select * from kept.tile',
    );
    expect(await verify()).toMatchObject({ verdict: 'verified', size: COUNT });
  });
  afterAll(async () => await database.close());

  it('A: edits an entry, and the chain breaks there', async () => {
    await edit(`update ledger.entry set entry = ${FORGED} where index = 10`);
    expect(await chainAlone()).toBe('tampered');
    expect(await verify()).toMatchObject({ verdict: 'tampered', breach: { index: 10 } });
  });

  it('B: edits one and computes everything after it again; only what was kept shows it', async () => {
    await edit(`update ledger.entry set entry = ${FORGED}, outcome = 'released' where index = 10`, RECHAIN);
    expect(await chainAlone()).toBe('consistent');
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { reason: expect.stringContaining('does not go on from the kept checkpoint') },
    });
  });

  it('C: deletes the tail and sets the head back; only what was kept shows it', async () => {
    await edit('delete from ledger.entry where index >= 20', RECHAIN);
    expect(await chainAlone()).toBe('consistent');
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'entries are gone: the kept checkpoint counts 290' },
    });
  });

  it('D: deletes what came after the kept checkpoint; only who holds a receipt of it notices', async () => {
    const receipt = { index: 295, leaf: leaves[295] ?? '' };
    const before = publisher.publish(leaves);
    const hashes = await inclusionProof(ledgerArchive(database.databases.control).hashes(COUNT), 295, COUNT);
    const proof = formatTlogProof({ extra: undefined, index: 295, hashes, checkpoint: before.note });
    await edit('delete from ledger.entry where index >= 292', RECHAIN);
    expect(await verify()).toMatchObject({ verdict: 'verified', size: 292 });
    expect(await verify({ policy, since: kept.note, receipts: [receipt] })).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'an entry is gone: a receipt was given for index 295' },
    });
    // And a receipt with its proof is evidence by itself, whatever became of the log.
    expect(verifyReceipt(proof, { policy, leaf: Buffer.from(receipt.leaf, 'hex') }).verdict).toBe('verified');
    expect(await verify({ policy, since: before.note })).toMatchObject({ verdict: 'tampered' });
  });

  it('E: drops a prefix, and no entry says that it was pruned', async () => {
    await edit('delete from ledger.entry where index < 8');
    expect(await chainAlone()).toBe('tampered');
    expect(await verify()).toMatchObject({ verdict: 'tampered', breach: { index: 0 } });
  });

  it('F: takes one out and closes up, or reorders two; only what was kept shows it', async () => {
    await edit('delete from ledger.entry where index = 12', RECHAIN);
    expect(await chainAlone()).toBe('consistent');
    expect(await verify()).toMatchObject({ verdict: 'tampered' });
    await edit(
      'delete from ledger.entry',
      `insert into ledger.entry (index, entry, leaf, chain, exchange, outcome, consumer, contract)
       select case index when 5 then 6 when 6 then 5 else index end, entry, leaf, chain, exchange, outcome, consumer, contract from kept.entry`,
      RECHAIN,
    );
    expect(await chainAlone()).toBe('consistent');
    expect(await verify()).toMatchObject({ verdict: 'tampered' });
  });

  it('deletes the whole log, which proves nothing, and whoever kept a checkpoint sees that it is gone', async () => {
    await edit('delete from ledger.entry', RECHAIN);
    expect(await chainAlone()).toBe('incomplete');
    expect(await verify()).toMatchObject({ verdict: 'tampered', breach: { index: 0 } });
  });

  it('forks: shows another log to each of two, and neither goes on from what the other kept', async () => {
    await edit(`update ledger.entry set entry = ${FORGED}, outcome = 'released' where index = 25`, RECHAIN);
    const other = publisher.publish((await leavesNow()).slice(0, KEPT));
    expect(await verify({ policy, since: other.note })).toMatchObject({ verdict: 'verified' });
    expect(await verify({ policy, since: kept.note })).toMatchObject({ verdict: 'tampered' });
  });

  it('pins of a chain or a root at a size find what a kept checkpoint finds', async () => {
    const frontier = openFrontier();
    for (const leaf of leaves.slice(0, KEPT)) frontier.append(Buffer.from(leaf, 'hex'));
    const root = { size: KEPT, hash: hexOf(frontier.root()) };
    const chain = { size: KEPT, hash: (await readRows(database.databases))[KEPT - 1]?.chain ?? '' };
    for (const pinned of [root, chain]) expect(await verify({ pinned })).toMatchObject({ verdict: 'verified' });
    await edit(`update ledger.entry set entry = ${FORGED}, outcome = 'released' where index = 10`, RECHAIN);
    for (const pinned of [root, chain]) expect(await verify({ pinned })).toMatchObject({ verdict: 'tampered' });
  });

  it('makes up a log of his own, with his own keys, and it is verified for nobody', async () => {
    const own = testPublisher();
    const archive = ledgerArchive(database.databases.control);
    const held = { ...archive, checkpoint: async () => await Promise.resolve(own.publish(leaves)) };
    expect((await verifyExport(exportLines(held), { policy: own.policy })).verdict).toBe('verified');
    for (const expected of [{}, { policy }])
      expect((await verifyExport(exportLines(held), expected)).verdict).toBe('consistent');
  });
});
