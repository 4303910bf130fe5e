import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { publisherRights } from '../../src/store/publisher-health.ts';
import { parseVerifierKey } from '../../src/transparency/note-keys.ts';
import { openNote } from '../../src/transparency/signed-note.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { appendLogged, auditFolder, checkpointIn, logKey, NEVER, openPublisher } from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

async function server(): Promise<PostgresServer> {
  const started = await startPostgres(['-c fsync=off']);
  onTestFinished(started.stop);
  await withOwner(started.url, migrate);
  return started;
}

async function append(url: string, from: number, count: number): Promise<void> {
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 1, statementTimeoutMs: 5000 });
  await appendLogged(databases, from, count);
  await databases.close();
}

describe('the publisher of a database with a standby', () => {
  it('signs nothing while the standby is down, and what is there once it has it', async () => {
    const primary = await server();
    const copied = await (async () => {
      await primary.kill();
      const copy = primary.copyData();
      await primary.start();
      return copy;
    })();
    const standby = await primary.standby(copied, 'second-site');
    await withOwner(primary.url, async (owner) => {
      expect((await publisherRights(owner)).seesStandbys).toBe(false);
      await owner.query('grant pg_read_all_stats to shuqiao_ledger_owner');
      expect(await publisherRights(owner)).toEqual({ seesStandbys: true, commitsDurably: true });
    });
    const folder = scratchFolder();
    const key = logKey();
    let waits = 0;
    const publisher = await openPublisher(folder, {
      url: primary.url,
      key,
      begin: true,
      standbys: { count: 1, names: ['second-site'] },
      observer: {
        headSeen: () => {},
        waiting: (isWaiting) => (waits += isWaiting ? 1 : 0),
        signed: () => {},
      },
    });
    onTestFinished(publisher.close);
    const state = async () => await readFile(join(folder, 'state', 'publisher.json'), 'utf8');
    const unsigned = await state();
    await append(primary.url, 0, 10);
    expect(await publisher.round(AbortSignal.timeout(700))).toBe('stopped');
    expect(await state()).toBe(unsigned);
    const round = publisher.round(NEVER);
    const before = waits;
    await expect.poll(() => waits).toBeGreaterThan(before + 2);
    await standby.start();
    expect(await round).toBe('published');
    expect((await auditFolder(folder, key)).size).toBe(10);
    await standby.kill();
    await append(primary.url, 10, 10);
    expect(await publisher.round(AbortSignal.timeout(700))).toBe('stopped');
    expect((await auditFolder(folder, key)).size).toBe(10);
    await standby.start();
    expect(await publisher.round(NEVER)).toBe('published');
    expect((await auditFolder(folder, key)).size).toBe(20);
    await standby.kill();
  });
});

describe('after the database was restored from a backup', () => {
  it('the old origin is continued by nobody, and a new epoch says where it ended', async () => {
    const primary = await server();
    const folder = scratchFolder();
    const old = logKey(1);
    const first = await openPublisher(folder, { url: primary.url, key: old, begin: true });
    await append(primary.url, 0, 300);
    await first.round(NEVER);
    await first.close();
    await primary.kill();
    const backup = primary.copyData();
    await primary.start();
    await append(primary.url, 300, 50);
    const second = await openPublisher(folder, { url: primary.url, key: old });
    await second.round(NEVER);
    await second.close();
    const last = await checkpointIn(folder);

    await primary.kill();
    primary.restoreData(backup);
    await primary.start();
    const refused = async (reason: string): Promise<void> => {
      const publisher = await openPublisher(folder, { url: primary.url, key: old });
      await expect(publisher.round(NEVER)).rejects.toMatchObject({ reason });
      await publisher.close();
    };
    await refused('shrunk');
    // It has grown beyond what was signed, with others in the place of those that were lost.
    await append(primary.url, 1000, 100);
    await refused('diverged');

    const fresh = logKey(2);
    const other = scratchFolder();
    const early = await openPublisher(other, { url: primary.url, key: fresh, begin: true });
    await expect(early.round(NEVER)).rejects.toMatchObject({ reason: 'epoch-unstated' });
    await early.close();

    await writeFile(join(folder, 'last'), last);
    const args = ['ledger', 'epoch', '--previous', join(folder, 'last'), '--because', 'restored', '--key'];
    const environment = { DATABASE_URL: primary.url };
    expect((await shuqiao([...args, logKey(1).vkey], { environment })).status).toBe(1);
    const told = await shuqiao([...args, old.vkey], { environment });
    expect([told.status, told.err]).toEqual([0, '']);
    expect(told.out).toContain('Entry 400 begins ledger.gateway.example/2.');
    await refused('epoch-ended');

    const third = await openPublisher(other, { url: primary.url, key: fresh });
    expect(await third.round(NEVER)).toBe('published');
    await third.close();
    const { size, entries } = await auditFolder(other, fresh);
    expect(size).toBe(401);
    const statement = JSON.parse(entries[400] ?? '') as Record<string, string>;
    expect(statement).toMatchObject({ kind: 'epoch', origin: 'ledger.gateway.example/2', cause: 'restored' });
    expect(openNote(statement['previous'] ?? '', [parseVerifierKey(old.vkey)]).text).toContain('\n350\n');
    expect(statement['previous']).toBe(last);
  });
});
