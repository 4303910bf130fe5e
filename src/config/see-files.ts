import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One file as it was when somebody looked. */
export interface SeenFile {
  /** What the file system says of it; the same stamp, the same content, once it has settled. */
  readonly stamp: string;
  /** SHA-256 of its content, base64; undefined if it could not be read. */
  readonly hash: string | undefined;
  /** Whether its last change lay so far back that another would show in the stamp. */
  readonly settled: boolean;
}

/** By path, as the loader names them. */
export type SeenFiles = ReadonlyMap<string, SeenFile>;

/** Where to look. */
export interface Places {
  readonly folders: readonly string[];
  /** How the names of files in the folders end, with the dot. */
  readonly endings: readonly string[];
  /** Files that are named one by one, whatever they are called. */
  readonly files?: readonly string[];
}

/** What is still young may change again within one tick of the file system's clock; the coarsest one ticks every 2 s. */
const SETTLING_MS = 2000;

/** Below any layout of ours, and an end to folders that are linked in a circle. */
const DEEPEST = 8;

/**
 * All files of these places, through symbolic links. Only what changed since `before`, or is still young, is read. What
 * cannot be looked at is not there: it never rejects.
 */
export async function seeFiles(places: Places, nowMs: number, before: SeenFiles = new Map()): Promise<SeenFiles> {
  const { files } = await listFiles(places);
  const found = await Promise.all(files.map(async (path) => ({ path, ...(await stampOf(path)) })));
  const seen = new Map<string, SeenFile>();
  // One after another: thousands at once would take every file descriptor there is.
  for (const { path, stamp, changedMs } of found) {
    const known = before.get(path);
    const isKnown = known?.settled === true && known.stamp === stamp;
    const settled = isSettled(changedMs, nowMs);
    seen.set(path, isKnown ? known : { stamp, settled, hash: await hashOf(path) });
  }
  return seen;
}

export interface Listed {
  readonly files: readonly string[];
  /** Those that were gone through. */
  readonly folders: readonly string[];
}

/** What there is to be looked at. */
export async function listFiles({ folders, endings, files = [] }: Places): Promise<Listed> {
  const below = await Promise.all(folders.map(async (folder) => await listBelow(folder, endings, DEEPEST)));
  return joined([{ files, folders: [] }, ...below]);
}

/** Whether another change would show in the stamp. */
export function isSettled(changedMs: number, nowMs: number): boolean {
  return changedMs < nowMs - SETTLING_MS;
}

export function isSame(one: SeenFiles, other: SeenFiles): boolean {
  return (
    one.size === other.size &&
    [...one].every(([path, { stamp, hash }]) => {
      const there = other.get(path);
      return there !== undefined && there.stamp === stamp && there.hash === hash;
    })
  );
}

/** Those of `before` that have another content now, or none. */
export function changedSince(before: SeenFiles, now: SeenFiles): readonly string[] {
  return [...before].flatMap(([path, { hash }]) => (hash !== undefined && hash === now.get(path)?.hash ? [] : [path]));
}

async function listBelow(folder: string, endings: readonly string[], depth: number): Promise<Listed> {
  if (depth === 0) return { files: [], folders: [] };
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry): Promise<Listed> => {
    const path = join(folder, entry.name);
    // Kubernetes keeps the files of a mounted volume in hidden folders, one for each version, and links to them.
    if (entry.name.startsWith('.')) return { files: [], folders: [] };
    if (endings.some((ending) => entry.name.endsWith(ending))) return { files: [path], folders: [] };
    const isFolder = entry.isDirectory() || entry.isSymbolicLink();
    return isFolder ? await listBelow(path, endings, depth - 1) : { files: [], folders: [] };
  });
  return joined([{ files: [], folders: [folder] }, ...(await Promise.all(found))]);
}

function joined(all: readonly Listed[]): Listed {
  return { files: all.flatMap(({ files }) => files), folders: all.flatMap(({ folders }) => folders) };
}

export async function stampOf(path: string): Promise<{ readonly stamp: string; readonly changedMs: number }> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return { stamp: '', changedMs: Number.POSITIVE_INFINITY };
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = found;
  // ctime beside mtime: copying tools set the latter back to what it was.
  return { stamp: [dev, ino, size, mtimeNs, ctimeNs].join(' '), changedMs: Number(ctimeMs) };
}

async function hashOf(path: string): Promise<string | undefined> {
  const content = await readFile(path).catch(() => undefined);
  return content && createHash('sha256').update(content).digest('base64');
}
