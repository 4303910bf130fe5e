import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';
import { parseStrictJson } from '../../../src/domain/strict-json.ts';
import { anyText, safeJson, withKeysReversed } from '../../support/generate-json.ts';

describe('canonical JSON', () => {
  it('reads back as the same value', () => {
    fc.assert(
      fc.property(safeJson, (value) => {
        expect(parseStrictJson(new TextEncoder().encode(canonicalJson(value)))).toEqual(value);
      }),
    );
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(safeJson, (value) => {
        expect(canonicalJson(withKeysReversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is different for different texts', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        fc.pre(one !== other);
        expect(canonicalJson({ text: one })).not.toBe(canonicalJson({ text: other }));
      }),
    );
  });

  it('sorts keys by UTF-16 code units, where an emoji comes before a private-use character', () => {
    expect(canonicalJson({ '\uE000': 1, '😀': 2, 欧: 3, b: 4, a: 5, '': 6 })).toBe(
      '{"":6,"a":5,"b":4,"欧":3,"😀":2,"\uE000":1}',
    );
  });

  it('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([1e21, 1e-7, -0, 0.1, 333333333.3333333, 4.5, 100])).toBe(
      '[1e+21,1e-7,0,0.1,333333333.3333333,4.5,100]',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'has no spelling for %s, at the top or deep inside',
    (number) => {
      expect(() => canonicalJson(number)).toThrow(new TypeError('canonical JSON has no such number'));
      expect(() => canonicalJson({ a: [{ b: number }] })).toThrow(new TypeError('canonical JSON has no such number'));
    },
  );

  it.each(['\uD800', 'x\uDC00', '\uDC00\uD800', '😀\uD83D'])(
    'has no spelling for a lone surrogate, as a value or as a key (%#)',
    (text) => {
      const refusal = new TypeError('canonical JSON has no lone surrogates');
      expect(() => canonicalJson([text])).toThrow(refusal);
      expect(() => canonicalJson({ [text]: 1 })).toThrow(refusal);
    },
  );
});
