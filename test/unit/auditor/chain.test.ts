import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainHash, GENESIS_CHAIN } from '../../../src/auditor/chain.ts';
import { leafHash as leafBytes } from '../../../src/transparency/hashes.ts';

const leafHash = (entry: string): string => Buffer.from(leafBytes(Buffer.from(entry))).toString('hex');
const sha256 = (...parts: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex');

describe('the hashes of the ledger', () => {
  it('are those of RFC 6962 for the leaves whose hashes are published', () => {
    expect(leafHash('')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(leafHash('\u0000')).toBe('96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7');
  });

  it('can be redone by hand: SHA-256 over a zero byte and the entry, then over the chain before and the leaf', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (entry, before) => {
        const leaf = sha256(Uint8Array.of(0), Buffer.from(entry, 'utf8'));
        expect(leafHash(entry)).toBe(leaf);
        expect(chainHash(Buffer.from(before).toString('hex'), Buffer.from(leaf, 'hex'))).toBe(
          sha256(before, Buffer.from(leaf, 'hex')),
        );
      }),
    );
  });

  it('begin with 32 zero bytes', () => {
    expect(Buffer.from(GENESIS_CHAIN, 'hex')).toEqual(Buffer.alloc(32));
  });
});
