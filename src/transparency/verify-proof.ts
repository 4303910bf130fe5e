import { type Hash, isHash, isSameHash, nodeHash } from './hashes.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  /** The leaf’s hash. */
  readonly leaf: Hash;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Hash;
  readonly toRoot: Hash;
  readonly proof: readonly Hash[];
}

/**
 * RFC 9162 §2.1.3.2. What is no size, no index or no hash makes it false. A root is not of one size alone: a proof can hold
 * under another one, so the size has to be the one signed beside the root.
 */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!areCounts(index, size) || index >= size || !areHashes(leaf, root, ...proof)) return false;
  const sides = sidesOf(index, size - 1);
  return proof.length === sides.length && isSameHash(climb(leaf, proof, sides), root);
}

/**
 * RFC 9162 §2.1.4.2. From size 0 it is false whatever the proof: every tree goes on from the empty one, so that this
 * would say nothing, and be taken for more.
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  if (!areCounts(from, to) || from === 0 || from > to) return false;
  if (from === to) return proof.length === 0 && isSameHash(fromRoot, toRoot);
  if (!areHashes(fromRoot, toRoot, ...proof)) return false;
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  const sides = sidesOf(...skipRight(from - 1, to - 1));
  if (first === undefined || rest.length !== sides.length) return false;
  // Of the smaller tree are only the hashes on the left.
  const older = rest.filter((_, at) => sides[at] === 'right');
  const olderSides = sides.filter((side) => side === 'right');
  return isSameHash(climb(first, older, olderSides), fromRoot) && isSameHash(climb(first, rest, sides), toRoot);
}

/** On which side of its sibling a node is. */
type Side = 'left' | 'right';

function climb(from: Hash, siblings: readonly Hash[], sides: readonly Side[]): Hash {
  return siblings.reduce(
    (hash, sibling, at) => (sides[at] === 'right' ? nodeHash(sibling, hash) : nodeHash(hash, sibling)),
    from,
  );
}

/** From a node up to the root, where it has a sibling; `last` is the last node of its level. RFC 9162: fn and sn. */
function sidesOf(node: number, last: number): readonly Side[] {
  const sides: Side[] = [];
  let at = node;
  for (let end = last; end > 0; end = half(end)) {
    // The last node of a level may have no sibling: it stands for itself one level higher.
    if (at % 2 === 1) sides.push('right');
    else if (at < end) sides.push('left');
    at = half(at);
  }
  return sides;
}

function skipRight(node: number, last: number): [number, number] {
  let at = node;
  let end = last;
  while (at % 2 === 1) {
    at = half(at);
    end = half(end);
  }
  return [at, end];
}

/** No shift: JavaScript’s have 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function areCounts(...values: readonly number[]): boolean {
  return values.every((value) => Number.isSafeInteger(value) && value >= 0);
}

function areHashes(...values: readonly Hash[]): boolean {
  return values.every(isHash);
}
