import { EMPTY_ROOT, type Hash, isHash, nodeHash } from './hashes.ts';

export interface FrontierState {
  readonly size: number;
  /** The roots of the perfect subtrees, left to right: the largest first. As many as there are ones in the size in binary. */
  readonly nodes: readonly Hash[];
}

/** The right edge of a tree: all that is needed to make it grow, at most 53 hashes. */
export interface Frontier {
  readonly size: number;
  /** @throws RangeError for what is no hash, or if the tree can be no larger */
  append(leaf: Hash): void;
  root(): Hash;
  nodes(): readonly Hash[];
}

/** @throws RangeError for nodes that are none of a tree of that size */
export function openFrontier(at: FrontierState = { size: 0, nodes: [] }): Frontier {
  if (!Number.isSafeInteger(at.size) || at.size < 0 || at.nodes.length !== onesIn(at.size) || !at.nodes.every(isHash))
    throw new RangeError('the nodes are not those of a tree of that size');
  const nodes = [...at.nodes];
  let size = at.size;
  return {
    get size() {
      return size;
    },
    append: (leaf) => {
      if (!isHash(leaf)) throw new RangeError('a leaf is a hash of 32 bytes');
      if (size === Number.MAX_SAFE_INTEGER) throw new RangeError('the tree can be no larger');
      let node = leaf;
      // A carry of binary counting: where the size has a one, two subtrees of one height become one.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        const left = nodes.pop();
        if (left !== undefined) node = nodeHash(left, node);
      }
      nodes.push(node);
      size += 1;
    },
    root: () => foldRight(nodes),
    nodes: () => [...nodes],
  };
}

/** The root over perfect subtrees, left to right and the largest first; of none, the root of the empty tree. */
export function foldRight(nodes: readonly Hash[]): Hash {
  const last = nodes.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return nodes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

function onesIn(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
