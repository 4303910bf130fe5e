import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ProofFrom } from '../../src/domain/witnesses.ts';
import { EMPTY_ROOT } from '../../src/transparency/hashes.ts';
import { verifyConsistency } from '../../src/transparency/verify-proof.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import {
  appendLogged,
  auditFolder,
  checkpointIn,
  logKey,
  NEVER,
  type OpenedPublisher,
  openPublisher,
} from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const key = logKey();
let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await postgresDatabase();
  folder = scratchFolder();
});
afterEach(async () => await database.close());

async function open(options: Omit<Parameters<typeof openPublisher>[1], 'url' | 'key'> = {}): Promise<OpenedPublisher> {
  const publisher = await openPublisher(folder, { url: database.url ?? '', key, ...options });
  onTestFinished(publisher.close);
  return publisher;
}
const append = async (from: number, count: number) => await appendLogged(database.databases, from, count);
const stored = async () =>
  await database.databases.control.query<{ size: string; note: string }>(
    'select * from ledger.checkpoint order by size',
  );
/** With the triggers off, as a superuser can. */
const tamper = async (sql: string) => await database.tamper(`set local session_replication_role = replica; ${sql}`);

describe('the publisher', () => {
  it('publishes what the log grew by, so that an auditor finds every entry under a signed root', async () => {
    const publisher = await open({ begin: true });
    expect(await publisher.round(NEVER)).toBe('unchanged');
    let size = 0;
    // Over the edges of tiles, exactly onto one, and one that opens two levels.
    for (const count of [1, 3, 252, 1, 255, 700, 300]) {
      await append(size, count);
      size += count;
      expect(await publisher.round(NEVER)).toBe('published');
      const audited = await auditFolder(folder, key);
      expect(audited.size).toBe(size);
      expect(audited.entries).toHaveLength(size);
    }
    expect(await publisher.round(NEVER)).toBe('unchanged');
    expect((await stored()).map((row) => Number(row.size))).toEqual([1, 4, 256, 257, 512, 1212, 1512]);
    expect((await stored()).at(-1)?.note).toBe(await checkpointIn(folder));
  });

  it('takes the partial tiles away that are full in the checkpoint before the last', async () => {
    const publisher = await open({ begin: true });
    for (const [from, count] of [
      [0, 100],
      [100, 100],
      [200, 100],
      [300, 10],
    ] as const) {
      await append(from, count);
      await publisher.round(NEVER);
    }
    const files = await readdir(join(folder, 'static'), { recursive: true });
    expect(files.filter((file) => file.includes('.p/')).sort()).toEqual([
      'tile/0/001.p/44',
      'tile/0/001.p/54',
      'tile/1/000.p/1',
      'tile/entries/001.p/44',
      'tile/entries/001.p/54',
    ]);
  });

  it('fills an empty folder again with the same bytes', async () => {
    const publisher = await open({ begin: true });
    await append(0, 600);
    await publisher.round(NEVER);
    const before = await checkpointIn(folder);
    await cp(join(folder, 'static'), join(folder, 'kept'), { recursive: true });
    await rm(join(folder, 'static'), { recursive: true });
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await checkpointIn(folder)).toBe(before);
    for (const file of await readdir(join(folder, 'kept'), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      expect(await readFile(path.replace('/kept', '/static'))).toEqual(await readFile(path));
    }
  });

  it('shows witnesses the signed note and a proof from any size, and publishes only what satisfies the trust policy', async () => {
    let enough = false;
    const seen: { note: string; proofFrom: ProofFrom }[] = [];
    const publisher = await open({
      begin: true,
      witnesses: {
        cosign: async (note, proofFrom) => {
          seen.push({ note, proofFrom });
          return await Promise.resolve(enough ? ['— witness.example AAAAAAAA\n'] : []);
        },
      },
      isWitnessed: (note) => note.includes('witness.example'),
    });
    await append(0, 300);
    expect(await publisher.round(NEVER)).toBe('not-witnessed');
    await expect(checkpointIn(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await stored()).toEqual([]);
    enough = true;
    expect(await publisher.round(NEVER)).toBe('published');
    expect(await checkpointIn(folder)).toBe(`${seen[0]?.note ?? ''}— witness.example AAAAAAAA\n`);
    const first = await auditFolder(folder, key);
    await append(300, 400);
    await publisher.round(NEVER);
    const second = await auditFolder(folder, key);
    const proof = (await seen.at(-1)?.proofFrom(300)) ?? [];
    expect(verifyConsistency({ from: 300, to: 700, fromRoot: first.root, toRoot: second.root, proof })).toBe(true);
  });

  it('lets one publisher only have the database', async () => {
    const one = await open({ begin: true });
    await append(0, 5);
    expect(await one.round(NEVER)).toBe('published');
    const other = await openPublisher(scratchFolder(), { url: database.url ?? '', key: logKey(), begin: true });
    expect(await other.round(NEVER)).toBe('not-alone');
    await other.close();
  });
});

describe('the publisher refuses, and signs nothing', () => {
  let publisher: OpenedPublisher;
  beforeEach(async () => {
    publisher = await open({ begin: true });
    await append(0, 300);
    await publisher.round(NEVER);
  });
  async function refuses(reason: string, by: OpenedPublisher = publisher): Promise<void> {
    const before = await checkpointIn(folder).catch(() => undefined);
    const state = await readFile(join(folder, 'state', 'publisher.json'), 'utf8');
    await expect(by.round(NEVER)).rejects.toMatchObject({ name: 'PublisherRefusal', reason });
    expect(await checkpointIn(folder).catch(() => undefined)).toBe(before);
    expect(await readFile(join(folder, 'state', 'publisher.json'), 'utf8')).toBe(state);
  }

  it('when the log is shorter than what was signed', async () => {
    await tamper('delete from ledger.entry where index >= 290; update ledger.head set size = 290');
    await refuses('shrunk');
  });

  it('when the head has another root at the same size', async () => {
    await tamper(`update ledger.head set root = '\\x${Buffer.from(EMPTY_ROOT).toString('hex')}'`);
    await refuses('diverged');
  });

  it('when somebody changed the frontier in the database: its own says otherwise', async () => {
    await tamper(`update ledger.head set frontier = sha256('other') || substr(frontier, 33)`);
    await append(300, 1);
    await refuses('diverged');
  });

  it('when an entry is not the one that was hashed', async () => {
    await append(300, 10);
    await tamper(`update ledger.entry set entry = replace(entry, 'refused', 'released') where index = 305`);
    await refuses('diverged');
  });

  it('when an entry is gone', async () => {
    await append(300, 10);
    await tamper('delete from ledger.entry where index = 305');
    await refuses('entry-missing');
  });

  it('when an entry that was signed was changed before it stood in a tile', async () => {
    await tamper(`update ledger.entry set entry = replace(entry, 'refused', 'released') where index = 280`);
    await append(300, 1);
    await expect(publisher.round(NEVER)).rejects.toMatchObject({ reason: 'folder-diverged' });
    expect((await auditFolder(folder, key)).size).toBe(300);
  });

  it('when its state is an older one than what was published', async () => {
    const old = await readFile(join(folder, 'state', 'publisher.json'));
    await append(300, 10);
    await publisher.round(NEVER);
    await publisher.close();
    await writeFile(join(folder, 'state', 'publisher.json'), old);
    const stale = await open();
    await refuses('state-behind', stale);
    await stale.close();
    await rm(join(folder, 'static'), { recursive: true });
    await refuses('state-behind', await open());
  });

  it('when its state is gone, torn or another’s, and says how to go on', async () => {
    const file = join(folder, 'state', 'publisher.json');
    const state = await readFile(file, 'utf8');
    const spoilt = [
      undefined,
      '',
      state.slice(0, -20),
      state.replace('"size":300', '"size":299'),
      state.replace(/"nodes":\["./, '"nodes":["f'),
    ];
    for (const content of spoilt) {
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
      const opened = openPublisher(folder, { url: database.url ?? '', key });
      await expect(opened).rejects.toMatchObject({ reason: 'state-unusable' });
      await expect(opened).rejects.toThrow('begin a new epoch');
    }
    await writeFile(file, state);
    await expect(openPublisher(folder, { url: database.url ?? '', key: logKey() })).rejects.toMatchObject({
      reason: 'state-unusable',
    });
    await expect(openPublisher(folder, { url: database.url ?? '', key, begin: true })).rejects.toMatchObject({
      reason: 'state-unusable',
    });
  });

  it('when the folder is another log’s', async () => {
    const other = scratchFolder();
    await cp(join(folder, 'static'), join(other, 'static'), { recursive: true });
    await publisher.close();
    const stranger = await openPublisher(other, { url: database.url ?? '', key: logKey(), begin: true });
    await expect(stranger.round(NEVER)).rejects.toMatchObject({ reason: 'folder-foreign' });
    await stranger.close();
  });
});
