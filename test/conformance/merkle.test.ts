import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../../src/transparency/verify-proof.ts';
import { readVectors, say, vectorsFolder } from './vectors.ts';

interface Expected {
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface InclusionVector extends Expected {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
}
interface ConsistencyVector extends Expected {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64');
const proofOf = ({ proof }: Expected): readonly Uint8Array[] => (proof ?? []).map(bytes);

const isIncluded = (vector: InclusionVector): boolean =>
  verifyInclusion({
    index: vector.leafIdx,
    size: vector.treeSize,
    leaf: bytes(vector.leafHash),
    root: bytes(vector.root),
    proof: proofOf(vector),
  });
const isConsistent = (vector: ConsistencyVector): boolean =>
  verifyConsistency({
    from: vector.size1,
    to: vector.size2,
    fromRoot: bytes(vector.root1),
    toRoot: bytes(vector.root2),
    proof: proofOf(vector),
  });

/** Of each vector, whether we accept it and whether it says so. */
function suite(folder: string, accepts: (vector: unknown) => boolean): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const vectors = files.map((file) => {
    const vector = readVectors(join(folder, file));
    return { file, accepted: accepts(vector), holds: !(vector as Expected).wantErr };
  });
  say(`${vectors.length} vectors of ${folder}`);

  it('has proofs that hold and proofs that do not', () => {
    expect(vectors.filter(({ holds }) => holds).length).toBeGreaterThan(5);
    expect(vectors.filter(({ holds }) => !holds).length).toBeGreaterThan(80);
  });

  it('agrees with every one of them', () => {
    expect(vectors.filter(({ accepted, holds }) => accepted !== holds).map(({ file }) => file)).toEqual([]);
  });
}

describe('proofs of a log, against the vectors of transparency-dev', () => {
  const folder = vectorsFolder('merkle', 'testdata');
  if (folder === undefined) return;
  describe('inclusion', () => {
    suite(join(folder, 'inclusion'), (vector) => isIncluded(vector as InclusionVector));
  });
  describe('consistency', () => {
    suite(join(folder, 'consistency'), (vector) => isConsistent(vector as ConsistencyVector));
  });
});
