import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { type PgOptions, pgDatabase } from './pg-database.ts';

/** One database, seen by the roles that the planes have. */
export interface Databases {
  readonly exchange: Database;
  readonly control: Database;
  /** Where the keys of subjects are, if that is another database. */
  readonly subjectKeys?: Pick<Databases, 'exchange' | 'control'>;
  close(): Promise<void>;
}

export interface DatabaseSettings {
  /** undefined: the embedded one. */
  readonly url: string | undefined;
  /** undefined: the same. */
  readonly subjectKeysUrl?: string | undefined;
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
  subjectKeysUrl,
  embeddedDir,
  ...settings
}: DatabaseSettings): Promise<Databases & { withOwner<T>(work: (owner: Database) => Promise<T>): Promise<T> }> {
  const elsewhere = subjectKeysUrl === undefined ? undefined : openPlanes({ ...settings, url: subjectKeysUrl });
  const subjectKeys = elsewhere === undefined ? {} : { subjectKeys: elsewhere };
  if (url === undefined) {
    const embedded = await openEmbeddedDatabase(embeddedDir);
    return {
      exchange: embedded.as('exchange'),
      control: embedded.as('control'),
      ...subjectKeys,
      withOwner: async (work) => await work(embedded.as('owner')),
      close: async () => {
        await Promise.all([embedded.close(), elsewhere?.close()]);
      },
    };
  }
  const planes = openPlanes({ ...settings, url });
  return {
    ...planes,
    ...subjectKeys,
    withOwner: async (work) => await withOwner(url, work),
    close: async () => {
      await Promise.all([planes.close(), elsewhere?.close()]);
    },
  };
}

function openPlanes(settings: Omit<PgOptions, 'role'>): Databases {
  const exchange = pgDatabase({ ...settings, role: 'exchange' });
  const control = pgDatabase({ ...settings, role: 'control', maxConnections: CONTROL_CONNECTIONS });
  return {
    exchange,
    control,
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
