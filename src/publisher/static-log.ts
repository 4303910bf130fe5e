import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeEntryBundle } from '../transparency/entry-bundle.ts';
import { openFrontier } from '../transparency/frontier.ts';
import { HASH_BYTES, type Hash, leafHash } from '../transparency/hashes.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { type NoteVerifier, parseVerifierKey } from '../transparency/note-keys.ts';
import { entriesPath, TILE_WIDTH, tileHashReader, tilePath, tilesOf } from '../transparency/tile.ts';
import { makeFolder, replaceFile, syncFolder } from './durable-file.ts';
import { PublisherRefusal } from './refusal.ts';
import { signedCheckpoint } from './state-file.ts';

const CHECKPOINT = 'checkpoint';

/** A tree that is larger than what the folder has. */
export interface Growth {
  readonly since: number;
  readonly size: number;
  /** From the start of the bundle that `since` is in: `alignedTo(since)` up to `size`. */
  readonly entries: AsyncIterable<Uint8Array>;
  /** The hashes that stand for the tiles of a level, of which the folder has none. */
  readonly kept?: (level: number, from: number, to: number) => Promise<readonly Hash[]>;
}

/** A folder in the layout of C2SP tlog-tiles, to be served as it is. */
export interface StaticLog {
  /** The size of the checkpoint in it; 0 if there is none. */
  publishedSize(): Promise<number>;
  /** As it is published; undefined if there is none. */
  checkpoint(): Promise<string | undefined>;
  /** Data before the checkpoint: everything that a tree of that size needs, lasting once this resolves. */
  write(growth: Growth): Promise<void>;
  /** Reads the tree of that size out of the tiles. */
  reader(size: number): HashReader;
  replaceCheckpoint(note: string): Promise<void>;
  /** Takes away the partial tiles and bundles of a smaller tree that are full in the larger one. */
  tidy(smaller: number, larger: number): Promise<void>;
}

/** Where the bundle begins that a tree of that size ends in. */
export function alignedTo(size: number): number {
  return size - (size % TILE_WIDTH);
}

/** @throws PublisherRefusal while it is used, `folder-foreign` or `folder-diverged` */
export function staticLog(folder: string, vkey: string): StaticLog {
  const verifier = parseVerifierKey(vkey);
  return {
    publishedSize: async () => await publishedSize(folder, verifier),
    checkpoint: async () => await checkpointIn(folder),
    write: async (growth) => {
      const keeper = keepIn(folder);
      await writeParents(keeper, growth, await writeLeaves(keeper, growth));
      await keeper.sync();
    },
    reader: (size) =>
      tileHashReader(
        size,
        async ({ level, index, width }) => await readFile(join(folder, tilePath(level, index, width))),
      ),
    replaceCheckpoint: async (note) => {
      await replaceFile(join(folder, CHECKPOINT), note);
      await syncFolder(folder);
    },
    tidy: async (smaller, larger) => {
      for (const path of partialsFilled(smaller, larger))
        await rm(join(folder, path), { recursive: true, force: true });
    },
  };
}

async function publishedSize(folder: string, verifier: NoteVerifier): Promise<number> {
  const note = await checkpointIn(folder);
  if (note === undefined) return 0;
  try {
    return signedCheckpoint(note, verifier).size;
  } catch {
    const message = `The checkpoint in ${folder} is not one that ${verifier.name} signed. Each log has a folder of its own.`;
    throw new PublisherRefusal('folder-foreign', message);
  }
}

async function checkpointIn(folder: string): Promise<string | undefined> {
  return await readFile(join(folder, CHECKPOINT), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

interface Keeper {
  keep(path: string, bytes: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  /** Makes all that was kept last. */
  sync(): Promise<void>;
}

/** Writes what is not there, and never anything over something else. */
function keepIn(folder: string): Keeper {
  const touched = new Set<string>();
  return {
    read: async (path) => await readFile(join(folder, path)),
    keep: async (path, bytes) => {
      const file = join(folder, path);
      const there = await readFile(file).catch(() => undefined);
      if (there !== undefined && !there.equals(bytes))
        throw new PublisherRefusal('folder-diverged', `${path} is published with other bytes. It is never rewritten.`);
      // Also one that was there: the process that wrote it may have died before it made it last.
      for (const made of [...(await makeFolder(dirname(file))), dirname(file)]) touched.add(made);
      if (there === undefined) await replaceFile(file, bytes);
    },
    sync: async () => {
      for (const each of touched) await syncFolder(each);
    },
  };
}

/** Entry bundles and tiles of level 0. @returns the roots of those that are full */
async function writeLeaves(keeper: Keeper, { since, size, entries }: Growth): Promise<readonly Hash[]> {
  const roots: Hash[] = [];
  let bundle: Uint8Array[] = [];
  let next = alignedTo(since);
  const flush = async (): Promise<void> => {
    const index = (next - bundle.length) / TILE_WIDTH;
    const leaves = bundle.map(leafHash);
    await keeper.keep(entriesPath(index, bundle.length), writeEntryBundle(bundle));
    await keeper.keep(tilePath(0, index, leaves.length), Buffer.concat(leaves));
    if (leaves.length === TILE_WIDTH) roots.push(rootOf(leaves));
    bundle = [];
  };
  for await (const entry of entries) {
    bundle.push(entry);
    next += 1;
    if (bundle.length === TILE_WIDTH) await flush();
  }
  if (next !== size)
    throw new PublisherRefusal('entry-missing', `There is no entry ${next} of ${size} that are signed.`);
  if (bundle.length > 0) await flush();
  return roots;
}

/** The levels above, from the roots of the full tiles below that are new; those before them stand in the partial tile. */
async function writeParents(keeper: Keeper, growth: Growth, newRoots: readonly Hash[]): Promise<void> {
  const { since, size, kept } = growth;
  // What was kept may be at a level above any that is new.
  const top = kept === undefined ? 0 : size;
  let roots = newRoots;
  for (let level = 1; roots.length > 0 || TILE_WIDTH ** level <= top; level += 1) {
    const before = Math.floor(since / TILE_WIDTH ** level);
    const start = alignedTo(before);
    const hashes = [...(await hashesBefore(keeper, growth, { level, start, before })), ...roots];
    const full: Hash[] = [];
    for (let at = 0; at < hashes.length; at += TILE_WIDTH) {
      const tile = hashes.slice(at, at + TILE_WIDTH);
      await keeper.keep(tilePath(level, (start + at) / TILE_WIDTH, tile.length), Buffer.concat(tile));
      if (tile.length === TILE_WIDTH) full.push(rootOf(tile));
    }
    roots = full;
  }
}

interface Before {
  readonly level: number;
  readonly start: number;
  readonly before: number;
}

/** What the tile that goes on has of the tree before. */
async function hashesBefore(
  keeper: Keeper,
  { kept }: Growth,
  { level, start, before }: Before,
): Promise<readonly Hash[]> {
  if (before === start) return [];
  if (kept === undefined) return hashesIn(await keeper.read(tilePath(level, start / TILE_WIDTH, before - start)));
  return await kept(level - 1, start, before);
}

function hashesIn(bytes: Uint8Array): readonly Hash[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

function rootOf(hashes: readonly Hash[]): Hash {
  const frontier = openFrontier();
  for (const hash of hashes) frontier.append(hash);
  return frontier.root();
}

function partialsFilled(smaller: number, larger: number): readonly string[] {
  return [...tilesOf(smaller)]
    .filter(({ level, index, width }) => width < TILE_WIDTH && (index + 1) * TILE_WIDTH ** (level + 1) <= larger)
    .flatMap(({ level, index }) => [
      `${tilePath(level, index)}.p`,
      ...(level === 0 ? [`${entriesPath(index)}.p`] : []),
    ]);
}
