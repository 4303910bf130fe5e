import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { verifyTiles } from '../../src/auditor/verify-tiles.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { formatEpochStatement } from '../../src/publisher/epoch-statement.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import { pruner } from '../../src/store/pruning.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { rootAt } from '../../src/transparency/prove.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import {
  appendLogged,
  checkpointIn,
  type LogKey,
  logKey,
  NEVER,
  type OpenedPublisher,
  openPublisher,
} from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const PARTITION = 512;
const [key, next] = [logKey(1), logKey(2)];
let database: TestDatabase;
let folder: string;
let size = 0;

const append = async (count: number): Promise<void> => {
  await appendLogged(database.databases, size, count);
  size += count;
};
async function open(its: LogKey, into: string, begin: boolean): Promise<OpenedPublisher> {
  const publisher = await openPublisher(into, { url: database.url ?? '', key: its, begin });
  onTestFinished(publisher.close);
  return publisher;
}
const audit = async (into: string, { vkey }: LogKey) =>
  await verifyTiles(async (path) => await readFile(join(into, 'static', path)).catch(() => undefined), {
    policy: parseTrustPolicy(`log ${vkey}\nquorum none\n`),
  });
async function recordPrune(to: number): Promise<number> {
  const root = Buffer.from(await rootAt(ledgerArchive(database.databases.control).hashes(to), to)).toString('hex');
  const entry = {
    v: 3,
    kind: 'prune' as const,
    id: randomUUID(),
    decidedAt: '2026-11-28T00:00:00.000Z',
    ...({ from: 0, to, count: to, root, policy: 'three-years', exportDigest: 'ab'.repeat(32) } satisfies JsonObject),
    approvers: ['first', 'second'],
    recordedBy: 'first',
  };
  const { index } = await database.databases.withPrune(async (prune) => await pruner(prune).enter(entry, []));
  size += 1;
  return index;
}
const drop = async (by: number): Promise<void> =>
  await database.databases.withPrune(async (prune) => {
    const { forgetAside, drop: takeOut, finish } = pruner(prune);
    await forgetAside(by);
    expect(await takeOut(by)).toBe(true);
    await finish(by, false);
  });

beforeAll(async () => {
  database = await postgresDatabase();
  await database.tamper(`update ledger.head set partition_size = ${PARTITION}`);
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-pruned-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function beginEpoch(epoch: number, previous: string): Promise<void> {
  const origin = `ledger.gateway.example/${epoch}`;
  const entry = formatEpochStatement({ id: randomUUID(), atMs: Date.now(), origin, previous, cause: 'key-lost' });
  await database.databases.exchange.query('select * from ledger.append($1)', [JSON.stringify([{ entry }])]);
  size += 1;
}

describe('the publisher of a log that is pruned', () => {
  let by = 0;

  it('goes on: what it signed is all it needs', async () => {
    const publisher = await open(key, folder, true);
    await append(1100);
    expect(await publisher.round(NEVER)).toBe('published');
    by = await recordPrune(1024);
    expect(await publisher.round(NEVER)).toBe('published');
    await drop(by);
    await append(300);
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await audit(folder, key)).toMatchObject({ verdict: 'verified', from: 0, size });
  });

  it('fills a folder that was lost from the first entry that is there, and auditors are told why', async () => {
    const publisher = await open(key, folder, false);
    const before = await checkpointIn(folder);
    await rm(join(folder, 'static'), { recursive: true });
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await checkpointIn(folder)).toBe(before);
    expect(existsSync(join(folder, 'static', 'tile/entries/003'))).toBe(false);
    expect(await audit(folder, key)).toMatchObject({ verdict: 'verified', from: 1024, pruned: { to: 1024, by } });
    await append(256);
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await audit(folder, key)).toMatchObject({ verdict: 'verified', from: 1024, size });
  });

  it('of a new epoch begins with the hashes that were kept, if an entry says that what they stand for was pruned', async () => {
    await beginEpoch(2, await checkpointIn(folder));
    const own = scratchFolder();
    const publisher = await open(next, own, true);
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await audit(own, next)).toMatchObject({ verdict: 'verified', from: 1024, size, pruned: { to: 1024, by } });
  });

  it('of a new epoch signs nothing where entries are gone and none says that they were pruned', async () => {
    await database.tamper(`set local session_replication_role = replica;
      alter table ledger.entry detach partition ledger.entry_2; update ledger.pruned set upto = 1536`);
    await beginEpoch(3, await checkpointIn(folder));
    const publisher = await open(logKey(3), scratchFolder(), true);
    await expect(publisher.round(NEVER)).rejects.toMatchObject({ reason: 'prune-unrecorded' });
  });
});
