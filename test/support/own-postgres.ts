import { migrate } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import type { TestDatabase } from './database.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

export interface OwnPostgres {
  readonly server: PostgresServer;
  readonly database: TestDatabase;
}

/** A PostgreSQL for one test alone, which it may kill; the gateway gives up on it after half a second. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const server = await startPostgres(['-c fsync=off']);
  await withOwner(server.url, migrate);
  return { server, database: { ...(await impatientDatabase(server.url)), tamper: async () => {} } };
}

/** A migrated database reached with short timeouts, so that a test need not wait for them. */
export async function impatientDatabase(url: string): Promise<Omit<TestDatabase, 'tamper'>> {
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 5, statementTimeoutMs: 500 });
  return { databases, url, close: async () => await databases.close() };
}
