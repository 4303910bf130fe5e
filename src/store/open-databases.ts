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
/** What a prefix of millions leaves behind goes in one statement. */
const PRUNE_TIMEOUT_MS = 3_600_000;

/** Work as a role that no plane has. */
type As = <T>(work: (database: Database) => Promise<T>) => Promise<T>;

/** @throws DirectoryInUseError */
export async function openDatabases({
  url,
  subjectKeysUrl,
  embeddedDir,
  ...settings
}: DatabaseSettings): Promise<Databases & { readonly withOwner: As; readonly withPrune: As }> {
  const elsewhere = subjectKeysUrl === undefined ? undefined : openPlanes({ ...settings, url: subjectKeysUrl });
  const subjectKeys = elsewhere === undefined ? {} : { subjectKeys: elsewhere };
  if (url === undefined) {
    const embedded = await openEmbeddedDatabase(embeddedDir);
    return {
      exchange: embedded.as('exchange'),
      control: embedded.as('control'),
      ...subjectKeys,
      withOwner: async (work) => await work(embedded.as('owner')),
      withPrune: async (work) => await work(embedded.as('prune')),
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
    withPrune: async (work) => await once({ url, role: 'prune', statementTimeoutMs: PRUNE_TIMEOUT_MS }, work),
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
  return await once({ url, role: 'owner', statementTimeoutMs: OWNER_TIMEOUT_MS }, work);
}

async function once<T>(
  options: Pick<PgOptions, 'url' | 'role' | 'statementTimeoutMs'>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = pgDatabase({ ...options, maxConnections: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
