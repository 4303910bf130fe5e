import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { Database, DatabaseRole } from './database.ts';

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

// Owned by this module: folders that this process has open. After a crash in a container the next process has the same id.
const openHere = new Set<string>();

/** A file with our process id, made only if it is not there; one left by a process that is gone is taken over. */
function lock(directory: string): () => void {
  const file = join(directory, 'lock');
  const owner = lockOwner(file);
  const stale = owner === undefined || !isRunning(owner) || (owner === process.pid && !openHere.has(directory));
  if (!stale) throw new DirectoryInUseError(directory, owner);
  rmSync(file, { force: true });
  // Written aside and then linked: nobody ever sees it without the id, and only one of two can be first.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  openHere.add(directory);
  return () => {
    openHere.delete(directory);
    rmSync(file, { force: true });
  };
}

function lockOwner(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
