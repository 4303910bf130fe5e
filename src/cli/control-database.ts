import { existsSync } from 'node:fs';
import type { Database } from '../store/database.ts';
import { openDatabases } from '../store/open-databases.ts';
import type { Shell } from './command.ts';

const STATEMENT_TIMEOUT_MS = 60_000;

export type CommandDatabases = Pick<Awaited<ReturnType<typeof openDatabases>>, 'control' | 'subjectKeys' | 'withPrune'>;

/** Works as the control role on the database that the environment names: DATABASE_URL, or the embedded one. */
export async function withControl<T>(
  { environment }: Pick<Shell, 'environment'>,
  work: (control: Database) => Promise<T>,
): Promise<T> {
  return await withDatabases({ environment }, async ({ control }) => await work(control));
}

/** The same, where the keys of subjects are, and work as the role that prunes. */
export async function withDatabases<T>(
  { environment }: Pick<Shell, 'environment'>,
  work: (databases: CommandDatabases) => Promise<T>,
): Promise<T> {
  const url = environment['DATABASE_URL'];
  const embeddedDir = environment['SHUQIAO_EMBEDDED_DATABASE_DIR'] ?? '.trial/database';
  // Opening would make one.
  if (url === undefined && !existsSync(embeddedDir))
    throw new Error(`There is no database: DATABASE_URL is not set, and ${embeddedDir} is not there.`);
  const databases = await openDatabases({
    url,
    subjectKeysUrl: environment['SHUQIAO_SUBJECT_KEYS_URL'],
    embeddedDir,
    maxConnections: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await work(databases);
  } finally {
    await databases.close();
  }
}
