import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { migrate, pendingMigrations } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { entryNumber, verifyDatabase } from '../support/ledger.ts';
import { startPostgres } from '../support/postgres-server.ts';

const ALL = readdirSync(new URL('../../src/store/migrations/', import.meta.url)).sort();

interface EmptyDatabase {
  readonly url: string | undefined;
  readonly owner: <T>(work: (owner: Database) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

async function emptyPostgres(): Promise<EmptyDatabase> {
  const server = inject('postgresUrl');
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await withOwner(server, async (owner) => await owner.query(`create database ${name}`));
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return {
    url,
    owner: async (work) => await withOwner(url, work),
    close: async () => {
      await withOwner(server, async (owner) => await owner.query(`drop database ${name} with (force)`));
    },
  };
}

async function emptyEmbedded(): Promise<EmptyDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-empty-'));
  const databases = await openDatabases({
    url: undefined,
    embeddedDir: folder,
    maxConnections: 1,
    statementTimeoutMs: 2000,
  });
  return {
    url: undefined,
    owner: async (work) => await databases.withOwner(work),
    close: async () => {
      await databases.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const namesOf = (migrations: readonly { readonly name: string }[]) => migrations.map(({ name }) => name);
const register = async (owner: Database) =>
  namesOf(await owner.query<{ name: string }>('select name from shuqiao.migration order by name'));

describe.each([
  ['PostgreSQL', emptyPostgres],
  ['the embedded database', emptyEmbedded],
])('migrating %s', (_name, open) => {
  let database: EmptyDatabase;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(async () => await database.close());

  it('applies every file once, in order, and says which', async () => {
    expect(ALL.length).toBeGreaterThanOrEqual(2);
    expect(namesOf(await database.owner(pendingMigrations))).toEqual(ALL);
    expect(await database.owner(migrate)).toEqual(ALL);
    expect(await database.owner(register)).toEqual(ALL);
    expect(await database.owner(pendingMigrations)).toEqual([]);
    expect(await database.owner(migrate)).toEqual([]);
  });

  it('refuses a database whose applied migration is not the file of today', async () => {
    await database.owner(migrate);
    await database.owner(
      async (owner) => await owner.script(`update shuqiao.migration set checksum = 'x' where name = '0001-ledger.sql'`),
    );
    const message = '0001-ledger.sql was changed after it was applied; add a new migration instead';
    await expect(database.owner(migrate)).rejects.toMatchObject({ name: 'MigrationError', message });
    await expect(database.owner(pendingMigrations)).rejects.toMatchObject({ name: 'MigrationError', message });
  });

  it('refuses a database that a newer version migrated', async () => {
    await database.owner(migrate);
    await database.owner(
      async (owner) => await owner.script(`insert into shuqiao.migration values ('9999-later.sql', 'x')`),
    );
    const message = 'the database has 9999-later.sql, which this version does not know; run the newer version';
    await expect(database.owner(migrate)).rejects.toMatchObject({ name: 'MigrationError', message });
    await expect(database.owner(pendingMigrations)).rejects.toMatchObject({ name: 'MigrationError', message });
  });

  it('leaves nothing of a file that fails', async () => {
    // In the way of the first file: its schema is there already.
    await database.owner(async (owner) => await owner.script('create schema ledger'));
    await expect(database.owner(migrate)).rejects.toMatchObject({ code: '42P06' });
    await database.owner(async (owner) => await owner.script('drop schema ledger'));
    expect(await database.owner(register)).toEqual([]);
    expect(await database.owner(migrate)).toEqual(ALL);
  });
});

describe('migrating PostgreSQL', () => {
  it('is done once by two who start at the same time, and both can go on', async () => {
    const database = await emptyPostgres();
    try {
      const applied = await Promise.all(Array.from({ length: 4 }, async () => await database.owner(migrate)));
      expect(applied.flat().sort()).toEqual(ALL);
      expect(await database.owner(register)).toEqual(ALL);
    } finally {
      await database.close();
    }
  });

  it('takes an owner that may create roles, and no superuser; nor does the gateway need one', async () => {
    const server = await startPostgres(['-c fsync=off']);
    try {
      await withOwner(server.url, async (owner) => {
        await owner.query('create role keeper login createrole');
        await owner.query('create database sharing owner keeper');
      });
      const url = Object.assign(new URL(server.url), { username: 'keeper', pathname: '/sharing' }).href;
      expect(await withOwner(url, migrate)).toEqual(ALL);
      const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 2, statementTimeoutMs: 2000 });
      expect(await ledgerWriter(databases.exchange).append(entryNumber(0))).toMatchObject({ index: 0 });
      expect(await verifyDatabase(databases)).toMatchObject({ verdict: 'consistent', size: 1 });
      await expect(databases.exchange.query('delete from ledger.entry')).rejects.toMatchObject({ code: '42501' });
      await expect(
        databases.withOwner(async (owner) => await owner.script('set session_replication_role = replica')),
      ).rejects.toMatchObject({ code: '42501' });
      await databases.close();
    } finally {
      await server.stop();
    }
  });
});
