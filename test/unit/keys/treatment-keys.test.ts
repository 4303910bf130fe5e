import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyScope } from '../../../src/domain/treatment-keys.ts';
import { createTreatmentKeys } from '../../../src/keys/treatment-keys.ts';
import { anyText } from '../../support/generate-json.ts';

const MASTER = Uint8Array.from({ length: 32 }, (_, at) => at);
const SCOPE: KeyScope = { provider: 'public-security', consumer: 'market-regulation', purpose: 'open-a-shop' };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
// Made of what could pass for the end of a name, and short, so that two often differ only in where they are cut.
const anyName = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\\', '[', ']', ' '), maxLength: 5 }),
  anyText,
);
const anyNames = fc.tuple(anyName, anyName, anyName, anyName);

function keyOf([provider, consumer, purpose, use]: readonly [string, string, string, string]): string {
  return hex(createTreatmentKeys(MASTER).for({ provider, consumer, purpose }).derive(use, 32));
}

/** RFC 5869 §2.2 and §2.3, with its HMAC and nothing else. */
function hkdf(master: Uint8Array, info: string, length: number): string {
  const key = createHmac('sha256', new Uint8Array(32)).update(master).digest();
  let block = Buffer.alloc(0);
  let output = '';
  for (let at = 1; output.length < 2 * length; at += 1) {
    block = createHmac('sha256', key).update(block).update(info).update(Uint8Array.of(at)).digest();
    output += block.toString('hex');
  }
  return output.slice(0, 2 * length);
}

describe('a key of a treatment', () => {
  it('is HKDF-SHA-256 of the master secret, over the names of its scope and use', () => {
    fc.assert(
      fc.property(bytes, anyNames, fc.integer({ min: 16, max: 200 }), (master, names, length) => {
        const [provider, consumer, purpose, use] = names;
        const key = createTreatmentKeys(master).for({ provider, consumer, purpose }).derive(use, length);
        expect(hex(key)).toBe(hkdf(master, JSON.stringify(['shuqiao-treatment', 1, ...names]), length));
      }),
    );
  });

  it('is for ever the same: who changes this value changes every pseudonym that was given out', () => {
    expect(hex(createTreatmentKeys(MASTER).for(SCOPE).derive('pseudonym', 32))).toBe(
      '4f0d0ee704b9c6b04d4be1cd885424795dc316af028112b864cb7dc6fc4c1662',
    );
  });

  it.each(['provider', 'consumer', 'purpose'] as const)('is another one for another %s', (member) => {
    const keys = createTreatmentKeys(MASTER);
    const other = { ...SCOPE, [member]: `${SCOPE[member]}2` };
    expect(hex(keys.for(other).derive('pseudonym', 32))).not.toBe(hex(keys.for(SCOPE).derive('pseudonym', 32)));
  });

  it('is the same for the same names only, wherever one could end and the next begin', () => {
    fc.assert(
      fc.property(anyNames, anyNames, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
    expect(keyOf(['a","b', 'c', 'd', 'e'])).not.toBe(keyOf(['a', 'b","c', 'd', 'e']));
    expect(keyOf(['ab', 'c', 'd', 'e'])).not.toBe(keyOf(['a', 'bc', 'd', 'e']));
    expect(keyOf(['', 'a', 'd', 'e'])).not.toBe(keyOf(['a', '', 'd', 'e']));
  });

  it('is another one under another master secret', () => {
    const other = createTreatmentKeys(MASTER.with(31, 0));
    const derived = createTreatmentKeys(MASTER).for(SCOPE).derive('pseudonym', 32);
    expect(hex(other.for(SCOPE).derive('pseudonym', 32))).not.toBe(hex(derived));
  });

  it('cannot be changed for the next who derives it', () => {
    const keys = createTreatmentKeys(MASTER).for(SCOPE);
    const first = keys.derive('pseudonym', 32);
    const before = hex(first);
    first.fill(0);
    const second = keys.derive('pseudonym', 32);
    expect(hex(second)).toBe(before);
    second.fill(0);
    expect(hex(keys.derive('pseudonym', 32))).toBe(before);
  });

  it('has one length: a shorter one would be the beginning of a longer one', () => {
    const keys = createTreatmentKeys(MASTER).for(SCOPE);
    expect(keys.derive('token', 64)).toHaveLength(64);
    expect(() => keys.derive('token', 32)).toThrow(new RangeError('a use of a key has one length'));
    expect(keys.derive('pseudonym', 32)).toHaveLength(32);
  });

  it.each([0, 15, -32])('has not %i bytes', (length) => {
    expect(() => createTreatmentKeys(MASTER).for(SCOPE).derive('pseudonym', length)).toThrow(
      new RangeError('a key has at least 16 bytes'),
    );
  });

  it.each([16.5, Number.NaN, 255 * 32 + 1])('has not %s bytes either', (length) => {
    expect(() => createTreatmentKeys(MASTER).for(SCOPE).derive('pseudonym', length)).toThrow(RangeError);
  });

  it('is of no scope or use with a lone surrogate, which would be written as another', () => {
    expect(() =>
      createTreatmentKeys(MASTER)
        .for({ ...SCOPE, consumer: '\uD800' })
        .derive('pseudonym', 32),
    ).toThrow(TypeError);
    expect(() => createTreatmentKeys(MASTER).for(SCOPE).derive('\uD800', 32)).toThrow(TypeError);
  });
});

describe('a master secret', () => {
  it.each([0, 16, 31, 33, 64])('has not %i bytes', (length) => {
    expect(() => createTreatmentKeys(new Uint8Array(length))).toThrow(
      new RangeError('the master secret of treatments has 32 bytes'),
    );
  });

  it('can be wiped by its owner once it was given', () => {
    const master = MASTER.slice();
    const keys = createTreatmentKeys(master);
    master.fill(0);
    const derived = createTreatmentKeys(MASTER).for(SCOPE).derive('pseudonym', 32);
    expect(hex(keys.for(SCOPE).derive('pseudonym', 32))).toBe(hex(derived));
  });

  it('is not printed with what holds it', () => {
    const keys = createTreatmentKeys(MASTER);
    const scoped = keys.for(SCOPE);
    const key = scoped.derive('pseudonym', 32);
    const printed = [keys, scoped].map(
      (value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value),
    );
    for (const secret of [MASTER, key])
      for (const text of [hex(secret), [...secret].join(', ')]) expect(printed.join('')).not.toContain(text);
  });
});
