import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFrontier } from '../../../src/transparency/frontier.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from '../../../src/transparency/hashes.ts';
import type { HashReader } from '../../../src/transparency/node-address.ts';
import { consistencyProof, inclusionProof, rootAt } from '../../../src/transparency/prove.ts';
import { tileHashReader } from '../../../src/transparency/tile.ts';
import { verifyConsistency, verifyInclusion } from '../../../src/transparency/verify-proof.ts';
import { memoryLog } from '../../support/memory-log.ts';

const MAX = 1200;
const log = memoryLog(Array.from({ length: MAX }, (_, at) => Buffer.from(`entry ${at}`)));
const { leaves, reader, rootOf } = log;
const tiles = (size: number): HashReader => tileHashReader(size, async (tile) => log.tileBytes(tile));
const hex = (hashes: readonly Uint8Array[]): readonly string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('hex'));
const leafAt = (index: number): Uint8Array => leaves[index] ?? EMPTY_ROOT;

/** A size and an index in it. */
const places = fc
  .integer({ min: 1, max: MAX })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));
const bits = fc.record({ which: fc.nat(), bit: fc.integer({ min: 0, max: 255 }) });

/** The hashes with another bit in one of them. */
function changed(hashes: readonly Uint8Array[], { which, bit }: { which: number; bit: number }): Uint8Array[] {
  return hashes.map((hash, at) => {
    const copy = Buffer.from(hash);
    const byte = Math.floor(bit / 8);
    if (at === which % hashes.length) copy.writeUInt8(copy.readUInt8(byte) ^ (2 ** (bit % 8)), byte);
    return copy;
  });
}

describe('a frontier', () => {
  it('has the root that the recursion of RFC 6962 has, at every size', () => {
    const frontier = openFrontier();
    expect(Buffer.from(frontier.root()).toString('hex')).toMatch(/^e3b0c44298fc1c14.*7852b855$/);
    for (const [at, leaf] of leaves.entries()) {
      frontier.append(leaf);
      expect(frontier.size).toBe(at + 1);
      expect(hex([frontier.root()])).toEqual(hex([rootOf(0, at + 1)]));
    }
  });

  it('goes on from where it was, and hands out no part of itself', () => {
    fc.assert(
      fc.property(places, ({ size, index }) => {
        const whole = openFrontier();
        leaves.slice(0, index).forEach(whole.append);
        const handed = whole.nodes();
        const again = openFrontier({ size: index, nodes: handed });
        leaves.slice(index, size).forEach(again.append);
        expect(hex([again.root()])).toEqual(hex([rootOf(0, size)]));
        expect(hex([whole.root()])).toEqual(hex([index === 0 ? EMPTY_ROOT : rootOf(0, index)]));
      }),
    );
  });

  it('is refused with nodes that its size has not', () => {
    const node = leafAt(0);
    for (const [size, nodes] of [
      [0, [node]],
      [1, []],
      [3, [node]],
      [4, [node, node]],
      [-1, []],
      [1.5, [node]],
      [2 ** 53, [node]],
      [1, [node.subarray(1)]],
    ] as const)
      expect(() => openFrontier({ size, nodes })).toThrow(RangeError);
    expect(() => openFrontier().append(node.subarray(1))).toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  it('verifies, and does not with one bit of anything changed, nor at another index', async () => {
    await fc.assert(
      fc.asyncProperty(places, bits, fc.nat(), async ({ size, index }, bit, other) => {
        const proof = await inclusionProof(reader, index, size);
        const root = rootOf(0, size);
        const leaf = leafAt(index);
        expect(verifyInclusion({ index, size, leaf, root, proof })).toBe(true);
        const [leafChanged = leaf, rootChanged = root, ...proofChanged] = changed([leaf, root, ...proof], bit);
        expect(verifyInclusion({ index, size, leaf: leafChanged, root: rootChanged, proof: proofChanged })).toBe(false);
        const elsewhere = other % (size + 1);
        fc.pre(elsewhere !== index);
        expect(verifyInclusion({ index: elsewhere, size, leaf, root, proof })).toBe(false);
      }),
    );
  });

  it('is false for more, for fewer and for shorter hashes, and for numbers that are none', async () => {
    const claim = {
      index: 5,
      size: 11,
      leaf: leafAt(5),
      root: rootOf(0, 11),
      proof: await inclusionProof(reader, 5, 11),
    };
    expect(verifyInclusion(claim)).toBe(true);
    const { proof, root } = claim;
    for (const other of [[...proof, root], proof.slice(1), proof.slice(0, -1), proof.map((hash) => hash.subarray(1))])
      expect(verifyInclusion({ ...claim, proof: other })).toBe(false);
    for (const size of [0, -11, 11.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(verifyInclusion({ ...claim, size })).toBe(false);
    for (const index of [-1, 5.5, Number.NaN, 11]) expect(verifyInclusion({ ...claim, index })).toBe(false);
  });

  it('is not made of what the tree has not', async () => {
    for (const [index, size] of [
      [0, 0],
      [5, 5],
      [-1, 5],
      [0.5, 5],
      [0, 2 ** 53],
    ] as const)
      await expect(inclusionProof(reader, index, size)).rejects.toThrow(RangeError);
    await expect(inclusionProof(async () => [], 0, 2)).rejects.toThrow('another number of hashes');
    await expect(rootAt(reader, -1)).rejects.toThrow(RangeError);
    expect(await rootAt(reader, 0)).toEqual(EMPTY_ROOT);
  });
});

describe('a consistency proof', () => {
  it('verifies, and does not with one bit of anything changed', async () => {
    await fc.assert(
      fc.asyncProperty(places, bits, async ({ size: to, index }, bit) => {
        const from = index + 1;
        const proof = await consistencyProof(reader, from, to);
        const claim = { from, to, fromRoot: rootOf(0, from), toRoot: rootOf(0, to), proof };
        expect(verifyConsistency(claim)).toBe(true);
        const [fromRoot = EMPTY_ROOT, toRoot = EMPTY_ROOT, ...hashes] = changed(
          [claim.fromRoot, claim.toRoot, ...proof],
          bit,
        );
        expect(verifyConsistency({ ...claim, fromRoot, toRoot, proof: hashes })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, toRoot] })).toBe(false);
      }),
    );
  });

  it('does not exist from size 0, nor to a smaller tree, and is empty from a tree to itself', async () => {
    const root = rootOf(0, 4);
    const nothing = { from: 0, to: 4, fromRoot: EMPTY_ROOT, toRoot: root, proof: [] };
    expect(verifyConsistency(nothing)).toBe(false);
    expect(verifyConsistency({ ...nothing, to: 0, toRoot: EMPTY_ROOT })).toBe(false);
    expect(verifyConsistency({ ...nothing, from: 5, fromRoot: root })).toBe(false);
    expect(await consistencyProof(reader, 4, 4)).toEqual([]);
    for (const [from, to] of [
      [0, 4],
      [5, 4],
      [-1, 4],
      [1.5, 4],
    ] as const)
      await expect(consistencyProof(reader, from, to)).rejects.toThrow(RangeError);
  });
});

describe('a reader of tiles', () => {
  it('gives the proofs that the whole tree gives, at every size', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ({ size, index }) => {
        const fromTiles = tiles(size);
        expect(hex([await rootAt(fromTiles, size)])).toEqual(hex([rootOf(0, size)]));
        expect(hex(await inclusionProof(fromTiles, index, size))).toEqual(
          hex(await inclusionProof(reader, index, size)),
        );
        const [from, to] = [index + 1, size];
        expect(hex(await consistencyProof(fromTiles, from, to))).toEqual(hex(await consistencyProof(reader, from, to)));
      }),
    );
  });
});

describe('a tree of more than 2^32 leaves', () => {
  // All leaves are the same, so that a level has one hash and any node can be said without making the tree.
  const perfect = Array.from({ length: 53 }).reduce<readonly Uint8Array[]>(
    (levels) => [...levels, nodeHash(levels.at(-1) ?? EMPTY_ROOT, levels.at(-1) ?? EMPTY_ROOT)],
    [leafHash(Buffer.from('the same'))],
  );
  const at = (level: number): Uint8Array => perfect[level] ?? EMPTY_ROOT;
  const uniform: HashReader = async (nodes) => nodes.map(({ level }) => at(level));
  const uniformTiles = (size: number): HashReader =>
    tileHashReader(size, async ({ level, width }) => Buffer.concat(Array.from({ length: width }, () => at(8 * level))));
  const sizes = fc.integer({ min: 2 ** 32, max: Number.MAX_SAFE_INTEGER });

  it('has its root, proofs and frontier as any other', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        const [fromRoot, toRoot] = [await rootAt(uniform, from), await rootAt(uniformTiles(to), to)];
        const consistency = await consistencyProof(uniformTiles(to), from, to);
        expect(verifyConsistency({ from, to, fromRoot, toRoot, proof: consistency })).toBe(true);
        if (from < to)
          expect(verifyConsistency({ from, to, fromRoot: toRoot, toRoot, proof: consistency })).toBe(false);
        const proof = await inclusionProof(uniformTiles(to), from - 1, to);
        expect(verifyInclusion({ index: from - 1, size: to, leaf: at(0), root: toRoot, proof })).toBe(true);
        expect(verifyInclusion({ index: from - 1, size: to, leaf: at(1), root: toRoot, proof })).toBe(false);
        const levels = Array.from(from.toString(2))
          .reverse()
          .flatMap((digit, level) => (digit === '1' ? [level] : []));
        const frontier = openFrontier({ size: from, nodes: levels.reverse().map(at) });
        expect(hex([frontier.root()])).toEqual(hex([fromRoot]));
        if (from === Number.MAX_SAFE_INTEGER) return;
        frontier.append(at(0));
        expect(hex([frontier.root()])).toEqual(hex([await rootAt(uniform, from + 1)]));
      }),
    );
    const nodes = perfect.slice(0, 53).reverse();
    expect(() => openFrontier({ size: Number.MAX_SAFE_INTEGER, nodes }).append(at(0))).toThrow('no larger');
  });
});
