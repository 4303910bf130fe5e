import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { pgDatabase } from './pg-database.ts';

/** One database, seen by the roles that the planes have. */
export interface Databases {
  readonly exchange: Database;
  readonly control: Database;
  close(): Promise<void>;
}

export interface DatabaseSettings {
  /** undefined: the embedded one. */
  readonly url: string | undefined;
  readonly embeddedDir: string;
  readonly maxConnections: number;
  readonly statementTimeoutMs: number;
  onIdleError?(error: Error): void;
}

const CONTROL_CONNECTIONS = 2;
const OWNER_TIMEOUT_MS = 60_000;

/** @throws DirectoryInUseError */
export async function openDatabases({
  url,
  embeddedDir,
  ...settings
}: DatabaseSettings): Promise<Databases & { withOwner<T>(work: (owner: Database) => Promise<T>): Promise<T> }> {
  if (url === undefined) {
    const embedded = await openEmbeddedDatabase(embeddedDir);
    return {
      exchange: embedded.as('exchange'),
      control: embedded.as('control'),
      withOwner: async (work) => await work(embedded.as('owner')),
      close: async () => await embedded.close(),
    };
  }
  const exchange = pgDatabase({ ...settings, url, role: 'exchange' });
  const control = pgDatabase({ ...settings, url, role: 'control', maxConnections: CONTROL_CONNECTIONS });
  return {
    exchange,
    control,
    withOwner: async (work) => await withOwner(url, work),
    close: async () => {
      await Promise.all([exchange.close(), control.close()]);
    },
  };
}

/** For migrating: a connection that takes no role of the gateway's. */
export async function withOwner<T>(url: string, work: (owner: Database) => Promise<T>): Promise<T> {
  const owner = pgDatabase({ url, role: 'owner', maxConnections: 1, statementTimeoutMs: OWNER_TIMEOUT_MS });
  try {
    return await work(owner);
  } finally {
    await owner.close();
  }
}
