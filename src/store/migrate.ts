import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from './database.ts';
import { guardLedger, OPEN_GUARD } from './ledger-guard.ts';

const FOLDER = new URL('migrations/', import.meta.url);

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export class MigrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationError';
  }
}

function migrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, FOLDER), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

const CREATE_REGISTER = `
  create schema if not exists shuqiao;
  create table if not exists shuqiao.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp()
  );
  grant usage on schema shuqiao to public;
  grant select on shuqiao.migration to public`;

// Any number will do as long as nobody else takes it: two gateways that start together migrate one after the other.
const LOCK = 'select pg_advisory_xact_lock(809202505)';

/**
 * Applies what is missing, each file in its own transaction, and guards the ledger where it may. Names what it applied.
 * @throws MigrationError if an applied file was changed afterwards
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  await database.script(`${LOCK}; ${CREATE_REGISTER}`);
  const applied: string[] = [];
  for (const { name, sql, checksum } of await pendingMigrations(database)) {
    try {
      // The insert comes first: of two who race past the check, the second fails on the key and rolls back.
      await database.script(
        `${LOCK}; ${OPEN_GUARD}; insert into shuqiao.migration (name, checksum) values ('${name}', '${checksum}'); ${sql}`,
      );
      applied.push(name);
    } catch (error) {
      // It may be the second, and then the file is applied.
      if ((await pendingMigrations(database)).some((pending) => pending.name === name)) throw error;
    }
  }
  await guardLedger(database);
  return applied;
}

/** What `migrate` would apply. */
export async function pendingMigrations(database: Database): Promise<readonly Migration[]> {
  const [register] = await database.query<{ present: boolean }>(
    `select to_regclass('shuqiao.migration') is not null as present`,
  );
  if (register?.present !== true) return migrations();
  const applied = new Map(
    (await database.query<{ name: string; checksum: string }>('select name, checksum from shuqiao.migration')).map(
      ({ name, checksum }) => [name, checksum],
    ),
  );
  const known = migrations();
  const changed = known.find(({ name, checksum }) => applied.has(name) && applied.get(name) !== checksum);
  if (changed !== undefined)
    throw new MigrationError(`${changed.name} was changed after it was applied; add a new migration instead`);
  const unknown = [...applied.keys()].find((name) => !known.some((migration) => migration.name === name));
  if (unknown !== undefined)
    throw new MigrationError(`the database has ${unknown}, which this version does not know; run the newer version`);
  return known.filter(({ name }) => !applied.has(name));
}
