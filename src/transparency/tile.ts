import { HASH_BYTES, type Hash, nodeHash } from './hashes.ts';
import type { HashReader, NodeAddress } from './node-address.ts';
import { TileError } from './tile-error.ts';

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** C2SP tlog-tiles: hashes from index · 256 on, at a height of 8 · level above the leaves. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  /** 1 to 256, and 256 in a full one. */
  readonly width: number;
}

/** What a path names: a tile of hashes, or a bundle of entries. */
export type TileResource = ({ readonly kind: 'tile' } & Tile) | ({ readonly kind: 'entries' } & Omit<Tile, 'level'>);

const PATH = /^tile\/(?<level>entries|\d{1,2})\/(?<index>(?:x\d{3}\/)*\d{3})(?:\.p\/(?<width>\d{1,3}))?$/;

/**
 * `tile/<L>/<N>[.p/<W>]`, below the prefix of a log.
 * @throws RangeError for a tile that no tree of at most 2^53 - 1 leaves has
 */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!isTile({ level, index, width })) throw new RangeError('there is no such tile');
  return `tile/${level}/${numberPath(index)}${widthSuffix(width)}`;
}

/** `tile/entries/<N>[.p/<W>]`. @throws RangeError as tilePath does */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  if (!isTile({ level: 0, index, width })) throw new RangeError('there is no such entry bundle');
  return `tile/entries/${numberPath(index)}${widthSuffix(width)}`;
}

/** What a path names, or undefined if it is none: each resource has one path and no other. */
export function parseTilePath(path: string): TileResource | undefined {
  const parts = PATH.exec(path)?.groups;
  if (parts === undefined) return undefined;
  const index = Number((parts['index'] ?? '').replaceAll(/[x/]/g, ''));
  const width = Number(parts['width'] ?? TILE_WIDTH);
  if (parts['level'] === 'entries')
    return isTile({ level: 0, index, width }) && entriesPath(index, width) === path
      ? { kind: 'entries', index, width }
      : undefined;
  const tile = { level: Number(parts['level']), index, width };
  return isTile(tile) && tilePath(tile.level, index, width) === path ? { kind: 'tile', ...tile } : undefined;
}

/**
 * The tiles of a tree, full and partial, level by level; with `since`, those that the tree of that smaller size has not.
 * The tiles of level 0 are also the entry bundles.
 */
export function* tilesOf(size: number, since = 0): Generator<Tile> {
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const hashes = hashesAt(level, size);
    const before = hashesAt(level, since);
    if (before === hashes) continue;
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < hashes; index += 1)
      yield { level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) };
  }
}

/**
 * Reads nodes out of the tiles of a tree of that size, each tile once a call and all at the same time. It believes them:
 * what is made of these hashes proves something only against a signed root.
 * It rejects with RangeError for a node that the tree has not, and with TileError for bytes that are not such a tile.
 */
export function tileHashReader(size: number, readTile: (tile: Tile) => Promise<Uint8Array>): HashReader {
  return async (nodes) => {
    const places = nodes.map((node) => placeOf(node, size));
    const tiles = new Map(places.map(({ tile }) => [tilePath(tile.level, tile.index, tile.width), tile]));
    const read = await Promise.all(
      [...tiles].map(async ([path, tile]) => [path, hashesIn(await readTile(tile), tile)] as const),
    );
    const hashes = new Map(read);
    return places.map(({ tile, from, to }) =>
      perfectRoot((hashes.get(tilePath(tile.level, tile.index, tile.width)) ?? []).slice(from, to)),
    );
  };
}

/** In which tile a node is, as the hashes in it that are below the node. */
function placeOf({ level, index }: NodeAddress, size: number): { tile: Tile; from: number; to: number } {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const hashes = hashesAt(tileLevel, size);
  const span = 2 ** (level - tileLevel * TILE_HEIGHT);
  const isNode = Number.isSafeInteger(level) && level >= 0 && Number.isSafeInteger(index) && index >= 0;
  if (!isNode || (index + 1) * span > hashes) throw new RangeError('the tree has no such node');
  const tileIndex = Math.floor((index * span) / TILE_WIDTH);
  const start = tileIndex * TILE_WIDTH;
  const tile = { level: tileLevel, index: tileIndex, width: Math.min(TILE_WIDTH, hashes - start) };
  return { tile, from: index * span - start, to: (index + 1) * span - start };
}

function hashesIn(bytes: Uint8Array, { width }: Tile): readonly Hash[] {
  if (bytes.length !== width * HASH_BYTES) throw new TileError('the tile has not the length of its width');
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Of 1, 2, 4 … 128 hashes. */
function perfectRoot(hashes: readonly Hash[]): Hash {
  const [first, second] = hashes;
  if (first === undefined) throw new TileError('the tile has no such hash');
  if (second === undefined) return first;
  const middle = hashes.length / 2;
  return nodeHash(perfectRoot(hashes.slice(0, middle)), perfectRoot(hashes.slice(middle)));
}

/** How many whole hashes a tree has at the level of a tile. */
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

function isTile({ level, index, width }: Tile): boolean {
  return (
    [level, index, width].every((value) => Number.isSafeInteger(value) && value >= 0) &&
    width >= 1 &&
    width <= TILE_WIDTH &&
    (index * TILE_WIDTH + width) * TILE_WIDTH ** level <= Number.MAX_SAFE_INTEGER
  );
}

/** Groups of three digits, all but the last with an x before them: no name is both a file and a folder. */
function numberPath(index: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  return (digits.match(/\d{3}/g) ?? [])
    .map((group, at, { length }) => (at < length - 1 ? `x${group}` : group))
    .join('/');
}

function widthSuffix(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
