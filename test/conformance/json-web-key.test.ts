import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonValue } from '../../src/domain/json.ts';
import { checkPublicJwk } from '../../src/keys/check-public-jwk.ts';
import { readVectors, say, vectorsFolder } from './vectors.ts';

interface VectorGroup {
  readonly comment: string;
  readonly public?: JsonValue;
  readonly private?: JsonValue;
}

/** A key as its system would hand it in: without the private half, with all that it says of itself. */
function handedIn(set: JsonValue | undefined): readonly JsonValue[] {
  const keys = isJsonObject(set ?? null) && isJsonObject(set) ? set['keys'] : undefined;
  if (!isJsonArray(keys)) return [];
  return keys.map((key) => {
    if (!isJsonObject(key)) return key;
    return Object.fromEntries(
      Object.entries(key).filter(([name]) => !['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name)),
    );
  });
}

const isTaken = (key: JsonValue, use: 'sig' | 'enc'): boolean => {
  try {
    checkPublicJwk(key, use);
    return true;
  } catch {
    return false;
  }
};

describe('registering a key, against the JWK vectors of Wycheproof', () => {
  const folder = vectorsFolder('wycheproof', 'testvectors_v1');
  if (folder === undefined) return;
  const { testGroups } = readVectors(folder, 'json_web_key_test.json') as {
    readonly testGroups: readonly VectorGroup[];
  };
  say(`${testGroups.length} groups of JWK vectors of Wycheproof`);
  // What the vectors call wrong of a key itself; the rest is about sets of keys and symmetric keys, of which none is taken.
  const WRONG = /roca|too_small|exponentOne|wrong_|invalid_|short|long|empty|HS\d|keyset|duplicate|rs256/i;

  it.each(testGroups.map(({ comment, ...group }, index) => ({ name: `${index} ${comment}`, comment, group })))(
    'takes no key that they call weak, mistaken or for something that is not used: $name',
    ({ comment, group }) => {
      const keys = handedIn(group.public ?? group.private);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        const named = isJsonObject(key) ? JSON.stringify([key['kty'], key['alg'], key['use']]) : '';
        const isOurs = named === '["EC","ES256","sig"]' && !/wrong_|invalid_/.test(comment);
        expect([isTaken(key, 'sig'), named]).toEqual([isOurs, named]);
        expect(isTaken(key, 'enc')).toBe(false);
      }
      if (!keys.some((key) => isTaken(key, 'sig'))) expect(comment).toMatch(WRONG);
    },
  );

  it('takes no key to seal to that can be factored: ROCA', () => {
    const [key] = handedIn(testGroups.find(({ comment }) => comment.includes('roca'))?.public);
    if (!isJsonObject(key)) throw new Error('the vector is not there');
    const { kty = '', n = '', e = '' } = key;
    expect(() => checkPublicJwk({ kty, n, e }, 'enc')).toThrow(/ROCA|begins with zeros/);
  });
});
