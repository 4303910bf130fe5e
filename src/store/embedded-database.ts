import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { Database, DatabaseRole } from './database.ts';
import { FileLockedError, lockFile } from './lock-file.ts';

export class DirectoryInUseError extends Error {
  constructor(directory: string, pid: number) {
    super(`the embedded database in ${directory} is in use by process ${pid}; two processes would destroy it`);
    this.name = 'DirectoryInUseError';
  }
}

export interface EmbeddedDatabase {
  /** The same database seen by one role. */
  as(role: DatabaseRole): Database;
  close(): Promise<void>;
}

/**
 * PostgreSQL inside this process (PGlite), kept in a folder. For trial only: it never calls fsync, so what it
 * committed can be lost with the power, and every query holds up the process.
 * @throws DirectoryInUseError
 */
export async function openEmbeddedDatabase(directory: string): Promise<EmbeddedDatabase> {
  mkdirSync(directory, { recursive: true });
  const unlock = lock(directory);
  // A development dependency: an image built for production has no such thing to fall back to.
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create(join(directory, 'pgdata'));
  return {
    as: (role) => seenBy(pglite, role),
    close: async () => {
      await pglite.close();
      unlock();
    },
  };
}

function seenBy(pglite: PGlite, role: DatabaseRole): Database {
  const setRole = role === 'owner' ? 'reset role' : `set local role shuqiao_${role}`;
  return {
    durable: false,
    description: 'embedded PostgreSQL (PGlite)',
    // There is one session for everybody, so the role is taken for a transaction, never for longer.
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      await pglite.transaction(async (tx) => {
        await tx.exec(setRole);
        return (await tx.query<Row>(sql, [...values])).rows;
      }),
    script: async (sql) => {
      await pglite.transaction(async (tx) => await tx.exec(sql));
    },
    // Closing is for who opened it.
    close: async () => {},
  };
}

function lock(directory: string): () => void {
  try {
    return lockFile(join(directory, 'lock'));
  } catch (error) {
    throw error instanceof FileLockedError ? new DirectoryInUseError(directory, error.pid) : error;
  }
}
