import type { NodeAddress } from './node-address.ts';

/** The leaves from `from` up to but not including `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The perfect subtrees of a range, left to right and the largest first, as RFC 6962 §2.1 splits one. The range must be a
 * node of a tree: it begins at a multiple of the largest power of two that it holds.
 */
export function perfectSubtrees({ from, to }: LeafRange): readonly NodeAddress[] {
  const nodes: NodeAddress[] = [];
  for (let start = from; start < to; ) {
    const level = levelWithin(to - start);
    nodes.push({ level, index: start / 2 ** level });
    start += 2 ** level;
  }
  return nodes;
}

/** RFC 6962 §2.1, k: the largest power of two smaller than `size`, which is at least 2. */
export function splitOf(size: number): number {
  return 2 ** levelWithin(size - 1);
}

/** The exponent of the largest power of two that is not above `size`. No logarithm: near 2^53 it is rounded. */
function levelWithin(size: number): number {
  let level = 0;
  while (2 ** (level + 1) <= size) level += 1;
  return level;
}
