import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';

export interface TestDatabase {
  readonly databases: Awaited<ReturnType<typeof openDatabases>>;
  /** undefined for the embedded one. */
  readonly url: string | undefined;
  /** Whatever an owner, or somebody with the owner's password, might do to it. */
  tamper(sql: string): Promise<void>;
  close(): Promise<void>;
}

const SETTINGS = { maxConnections: 5, statementTimeoutMs: 2000 };

/** A migrated database of its own on the real PostgreSQL of this run. */
export async function postgresDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = inject('postgresUrl');
  await withOwner(server, async (owner) => await owner.query(`create database ${name} template shuqiao_template`));
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const databases = await openDatabases({ ...SETTINGS, url, embeddedDir: '' });
  return {
    databases,
    url,
    tamper: async (sql) => await databases.withOwner(async (owner) => await owner.script(sql)),
    close: async () => {
      await databases.close();
      await withOwner(server, async (owner) => await owner.query(`drop database ${name} with (force)`));
    },
  };
}

/** A migrated embedded database of its own. */
export async function embeddedDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-embedded-'));
  const databases = await openDatabases({ ...SETTINGS, url: undefined, embeddedDir: folder });
  await databases.withOwner(migrate);
  return {
    databases,
    url: undefined,
    tamper: async (sql) => await databases.withOwner(async (owner) => await owner.script(sql)),
    close: async () => {
      await databases.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
