import { readEntryBundle } from '../transparency/entry-bundle.ts';
import { openFrontier } from '../transparency/frontier.ts';
import { HASH_BYTES, type Hash, isSameHash } from '../transparency/hashes.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { entriesPath, TILE_HEIGHT, TILE_WIDTH, type Tile, tileHashReader, tilePath } from '../transparency/tile.ts';
import { UnreadableError } from './verification.ts';

/** What stands at a path of the folder; undefined for nothing. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

export interface TileFolder {
  /** The entries of a bundle, or undefined if it is not there. */
  bundle(index: number): Promise<readonly Uint8Array[] | undefined>;
  /** @throws UnreadableError if it is not there; TileError if it is none */
  tile(tile: Tile): Promise<Uint8Array>;
  readonly hashes: HashReader;
}

export function openFolder(readFile: ReadFile, size: number): TileFolder {
  // The log may have grown over a partial one and not have it any more.
  const read = async (pathOf: (width: number) => string, width: number): Promise<Uint8Array | undefined> =>
    (await readFile(pathOf(width))) ?? (width === TILE_WIDTH ? undefined : await readFile(pathOf(TILE_WIDTH)));
  const tile = async ({ level, index, width }: Tile): Promise<Uint8Array> => {
    const bytes = await read((of) => tilePath(level, index, of), width);
    if (bytes === undefined) throw new UnreadableError(`${tilePath(level, index, width)} is not there`);
    return bytes.length === TILE_WIDTH * HASH_BYTES ? bytes.subarray(0, width * HASH_BYTES) : bytes;
  };
  return {
    tile,
    hashes: tileHashReader(size, tile),
    bundle: async (index) => {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const bytes = await read((of) => entriesPath(index, of), width);
      if (bytes === undefined) return undefined;
      const entries = readEntryBundle(bytes);
      if (entries.length !== width && entries.length !== TILE_WIDTH)
        throw new UnreadableError(`${entriesPath(index, width)} has ${entries.length} entries`);
      return entries.slice(0, width);
    },
  };
}

/** Compares the tiles of all levels with what the leaves make, each when it is full, and what is left at the end. */
export interface TileComparison {
  /** The path of a tile that differs, if one does. */
  add(leaf: Hash): Promise<string | undefined>;
  end(): Promise<string | undefined>;
}

/** @param from how many leaves went before; of tiles that begin before them, the hashes of those are believed */
export async function compareTiles(folder: TileFolder, from: number): Promise<TileComparison> {
  const levels: { tile: number; hashes: Hash[] }[] = [];
  for (let level = 0; TILE_WIDTH ** level <= from; level += 1) {
    const before = Math.floor(from / TILE_WIDTH ** level);
    const [tile, width] = [Math.floor(before / TILE_WIDTH), before % TILE_WIDTH];
    const nodes = Array.from({ length: width }, (_, at) => ({
      level: level * TILE_HEIGHT,
      index: tile * TILE_WIDTH + at,
    }));
    levels.push({ tile, hashes: [...(await folder.hashes(nodes))] });
  }
  const differs = async (level: number): Promise<string | undefined> => {
    const { tile, hashes } = levels[level] ?? { tile: 0, hashes: [] };
    const stored = split(await folder.tile({ level, index: tile, width: hashes.length }));
    const isSame = stored.length === hashes.length && hashes.every((hash, at) => isSameHash(hash, stored[at] ?? hash));
    return isSame ? undefined : tilePath(level, tile, hashes.length);
  };
  const add = async (hash: Hash, level: number): Promise<string | undefined> => {
    const at = (levels[level] ??= { tile: 0, hashes: [] });
    at.hashes.push(hash);
    if (at.hashes.length < TILE_WIDTH) return undefined;
    const different = await differs(level);
    if (different !== undefined) return different;
    const above = openFrontier();
    for (const below of at.hashes) above.append(below);
    levels[level] = { tile: at.tile + 1, hashes: [] };
    return await add(above.root(), level + 1);
  };
  return {
    add: async (leaf) => await add(leaf, 0),
    end: async () => {
      for (const [level, { hashes }] of levels.entries()) {
        const different = hashes.length === 0 ? undefined : await differs(level);
        if (different !== undefined) return different;
      }
      return undefined;
    },
  };
}

function split(bytes: Uint8Array): Hash[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}
