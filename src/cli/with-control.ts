import { existsSync } from 'node:fs';
import type { Database } from '../store/database.ts';
import { openDatabases } from '../store/open-databases.ts';
import type { Shell } from './command.ts';

const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * Works as the control role on the database that the environment names: DATABASE_URL, or the embedded one.
 * @throws Error if there is none; `what` says in a word what was looked for in it
 */
export async function withControl<T>(
  { environment }: Shell,
  what: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const url = environment['DATABASE_URL'];
  const embeddedDir = environment['SHUQIAO_EMBEDDED_DATABASE_DIR'] ?? '.trial/database';
  // Opening would make one.
  if (url === undefined && !existsSync(embeddedDir)) {
    throw new Error(`There is no ${what}: DATABASE_URL is not set, and ${embeddedDir} is not there.`);
  }
  const databases = await openDatabases({
    url,
    embeddedDir,
    maxConnections: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await work(databases.control);
  } finally {
    await databases.close();
  }
}
