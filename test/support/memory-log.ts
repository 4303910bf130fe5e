import { leafHash, nodeHash } from '../../src/transparency/hashes.ts';
import type { HashReader } from '../../src/transparency/node-address.ts';
import { TILE_HEIGHT, TILE_WIDTH, type Tile } from '../../src/transparency/tile.ts';

/** A log of which every node of every perfect subtree is at hand. */
export interface MemoryLog {
  readonly leaves: readonly Uint8Array[];
  readonly reader: HashReader;
  /** RFC 6962 §2.1, MTH, by its recursion. */
  rootOf(from: number, to: number): Uint8Array;
  tileBytes(tile: Tile): Uint8Array;
}

export function memoryLog(entries: readonly Uint8Array[]): MemoryLog {
  const leaves = entries.map(leafHash);
  const levels: (readonly Uint8Array[])[] = [leaves];
  for (let below = leaves; below.length > 1; ) {
    const children = below;
    below = Array.from({ length: Math.floor(children.length / 2) }, (_, at) =>
      nodeHash(present(children[2 * at]), present(children[2 * at + 1])),
    );
    levels.push(below);
  }
  const nodeAt = (level: number, index: number): Uint8Array => present(levels[level]?.[index]);
  const rootOf = (from: number, to: number): Uint8Array => {
    if (to - from === 1) return nodeAt(0, from);
    const split = 2 ** Math.ceil(Math.log2(to - from) - 1);
    return nodeHash(rootOf(from, from + split), rootOf(from + split, to));
  };
  return {
    leaves,
    reader: async (nodes) => nodes.map(({ level, index }) => nodeAt(level, index)),
    rootOf,
    tileBytes: ({ level, index, width }) =>
      Buffer.concat(Array.from({ length: width }, (_, at) => nodeAt(level * TILE_HEIGHT, index * TILE_WIDTH + at))),
  };
}

function present(hash: Uint8Array | undefined): Uint8Array {
  if (hash === undefined) throw new Error('there is no such node');
  return hash;
}
