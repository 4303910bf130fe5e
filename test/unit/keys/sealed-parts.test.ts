import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openParts, type SealingKey, sealParts } from '../../../src/keys/sealed-parts.ts';

const EXCHANGE = '01920000-0000-7000-8000-000000000001';

function keysOf(count: number): readonly SealingKey[] {
  return Array.from({ length: count }, (_, place) => ({
    kid: `01920000-0000-4000-8000-00000000000${place}`,
    key: new Uint8Array(randomBytes(32)),
    of: { subject: { type: 'cn.mobile', value: `1990000000${place}` }, index: new Uint8Array(32).fill(place) },
  }));
}

const PARTS = { subjects: [], words: { case: '办件 7' }, salts: { request: 'c2FsdA' } };

describe('parts of an exchange about several', () => {
  it('open with all keys; without one its subject and the rest are gone, and the others are still named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), (count, chance) => {
        const keys = keysOf(count);
        const sealed = sealParts(EXCHANGE, keys, PARTS);
        const withKeys = sealed.map((part, place) => ({ ...part, key: keys[place]?.key }));
        const { words, salts } = PARTS;
        const subjects = keys.map(({ of }) => of?.subject);
        expect(openParts(EXCHANGE, withKeys)).toEqual({ subjects, rest: { words, salts } });
        const lost = chance % count;
        const without = withKeys.map((part, place) => (place === lost ? { ...part, key: undefined } : part));
        expect(openParts(EXCHANGE, without)).toEqual({
          subjects: subjects.filter((_, place) => place !== lost),
          rest: undefined,
        });
      }),
    );
  });

  it('open for no other entry and under no other name of a key', () => {
    const keys = keysOf(1);
    const [part] = sealParts(EXCHANGE, keys, PARTS);
    if (part === undefined) throw new Error('nothing was sealed');
    const opening = { ...part, key: keys[0]?.key };
    expect(() => openParts(EXCHANGE.replace(/1$/, '2'), [opening])).toThrow();
    expect(() => openParts(EXCHANGE, [{ ...opening, kid: EXCHANGE }])).toThrow();
  });
});
