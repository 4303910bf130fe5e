import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Another process has it. */
export class FileLockedError extends Error {
  readonly pid: number;

  constructor(pid: number) {
    super(`process ${pid} has it`);
    this.name = 'FileLockedError';
    this.pid = pid;
  }
}

// Owned by this module: lock files that this process holds. After a crash in a container the next process has the same id.
const heldHere = new Set<string>();

/**
 * A file with our process id, made only if it is not there; one left by a process that is gone is taken over.
 * @returns what lets go of it
 * @throws FileLockedError
 */
export function lockFile(file: string): () => void {
  const owner = lockOwner(file);
  const stale = owner === undefined || !isRunning(owner) || (owner === process.pid && !heldHere.has(file));
  if (!stale) throw new FileLockedError(owner);
  rmSync(file, { force: true });
  // Written aside and then linked: nobody ever sees it without the id, and only one of two can be first.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  heldHere.add(file);
  return () => {
    heldHere.delete(file);
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
