import { foldRight } from './frontier.ts';
import type { Hash } from './hashes.ts';
import { type LeafRange, perfectSubtrees, splitOf } from './leaf-range.ts';
import type { HashReader } from './node-address.ts';

/**
 * RFC 6962 §2.1.1: the hashes from the leaf’s sibling up to a child of the root.
 * @throws RangeError if the tree has no such leaf
 */
export async function inclusionProof(reader: HashReader, index: number, size: number): Promise<readonly Hash[]> {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError('the tree has no such leaf');
  const siblings: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    const isLeft = index < middle;
    siblings.unshift(isLeft ? { from: middle, to } : { from, to: middle });
    if (isLeft) to = middle;
    else from = middle;
  }
  return await hashesOf(reader, siblings);
}

/**
 * RFC 6962 §2.1.2; of a tree with itself it is empty.
 * @throws RangeError from size 0, which every tree goes on from, and to a smaller tree
 */
export async function consistencyProof(reader: HashReader, from: number, to: number): Promise<readonly Hash[]> {
  if (!isCount(from) || !isCount(to) || from === 0 || from > to) throw new RangeError('there is no such proof');
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitOf(end - start);
    const isLeft = from <= middle;
    ranges.unshift(isLeft ? { from: middle, to: end } : { from: start, to: middle });
    if (isLeft) end = middle;
    else start = middle;
  }
  // SUBPROOF with b false: who verifies has the root of the smaller tree, but not of a part of it.
  if (start > 0) ranges.unshift({ from: start, to: end });
  return await hashesOf(reader, ranges);
}

/** @throws RangeError for what is no size */
export async function rootAt(reader: HashReader, size: number): Promise<Hash> {
  if (!isCount(size)) throw new RangeError('this is no size of a tree');
  const [root] = await hashesOf(reader, [{ from: 0, to: size }]);
  return root ?? foldRight([]);
}

/** All nodes in one call: a reader over a network asks for all tiles at once. */
async function hashesOf(reader: HashReader, ranges: readonly LeafRange[]): Promise<readonly Hash[]> {
  const nodes = ranges.map(perfectSubtrees);
  const hashes = await reader(nodes.flat());
  if (hashes.length !== nodes.flat().length) throw new RangeError('the reader gave another number of hashes');
  let at = 0;
  return nodes.map(({ length }) => {
    at += length;
    return foldRight(hashes.slice(at - length, at));
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
