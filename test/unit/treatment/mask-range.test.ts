import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskRange } from '../../../src/treatment/mask-range.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { fastestOfFive } from '../../support/fastest-of-five.ts';
import { anyText } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const site = (parameters: { from: number; to: number; hide: string; minMasked: number }) => ({
  schema: { type: 'string' },
  parameters,
  matchParameters: [],
});
const treatWith = (parameters: Parameters<typeof site>[0]) => {
  const treat = maskRange.compile(site(parameters), SCOPED_KEYS);
  return (value: string) => treat(value, ASKED_NOTHING);
};

describe('the mask of a range', () => {
  it.each([
    [2, 5, 'inside', 'abcdefg', 'ab***fg'],
    [2, 5, 'outside', 'abcdefg', '**cde**'],
    [0, 1, 'inside', '𠮷野家', '*野家'],
    [0, 1, 'outside', '𠮷野家', '𠮷**'],
    [2, 5, 'inside', 'abc', 'ab*'],
    // Nothing would be hidden.
    [2, 5, 'inside', 'ab', '*'],
    [0, 5, 'outside', 'abcde', '*'],
    [0, 5, 'outside', '', '*'],
  ])('from %i to %i, %s, of %s is %s', (from, to, hide, text, masked) => {
    expect(treatWith({ from, to, hide, minMasked: 1 })(text)).toBe(masked);
  });

  it('is of all where it would hide less than the grant says', () => {
    const treat = treatWith({ from: 2, to: 5, hide: 'inside', minMasked: 3 });
    expect(treat('abcd')).toBe('***');
    expect(treat('abcde')).toBe('ab***');
  });

  it('is refused for a range that is empty', () => {
    expect(maskRange.refuses?.(site({ from: 3, to: 3, hide: 'inside', minMasked: 1 }))).toBe('the range is empty');
    expect(maskRange.refuses?.(site({ from: 3, to: 4, hide: 'inside', minMasked: 1 }))).toBeUndefined();
  });

  it('depends on nothing that it hides but its length, and never shows the whole', () => {
    const range = fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(anyText, range, fc.constantFrom('inside', 'outside'), ([...text], [from, length], hide) => {
        const isInside = (at: number): boolean => at >= from && at < from + length;
        const other = text.map((one, at) => (isInside(at) === (hide === 'inside') ? '#' : one)).join('');
        const treat = treatWith({ from, to: from + length, hide, minMasked: 1 });
        expect(treat(text.join(''))).toBe(treat(other));
        expect(treat(other)).toContain('*');
        expect(treat(text.join(''))).not.toBe(UNFIT);
      }),
    );
  });

  it('takes no longer than the text is long', () => {
    const treat = treatWith({ from: 1, to: 3, hide: 'inside', minMasked: 1 });
    const text = 'a'.repeat(100_000);
    expect(fastestOfFive(() => expect(treat(text)).toHaveLength(100_000))).toBeLessThan(200);
  });
});
