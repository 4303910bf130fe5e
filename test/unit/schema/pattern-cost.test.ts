import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, MAX_WAYS } from '../../../src/schema/pattern-cost.ts';
import { readPattern } from '../../../src/schema/read-pattern.ts';
import { stepsTaken, TooManySteps } from '../../support/steps-taken.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 500);

describe('a pattern that takes no longer than its text is long', () => {
  it.each([
    '',
    '^(?:[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14})$',
    '[1-9][0-9]{16}[0-9X]',
    '^[0-9]{14,17}[0-9Xx]$',
    '[*]{4}',
    '^(a|b|)(?<word>c+?)\\.d*$',
    '^\\p{L}{2}\\P{L}[\\p{Script=Han}·]+$',
    '^(?:x{2}){2,}$',
    '^.{1,100}$',
    '^[^,]+(?:,[^,]+)*$',
    '^[\\w.-]+@[\\w-]+\\.[\\w.-]+$',
    '^(?:110101|110102|320101|320102)[0-9]{4}$',
    '^[^0-9*]{2,80}[*]{4}$',
    '^\\u4E2D\\u{20BB7}\\x41\\t[\\u{1F600}\\]\\\\-]+$',
    '^(?:a+)?$',
    '\\bab\\B',
    '(?:^a+)+b',
  ])('is taken: %s', (pattern) => {
    expect(costOf(pattern)).toBeUndefined();
  });
});

describe('a pattern of which somebody can make a text that takes long', () => {
  it.each([
    ['^(a+)+$', 'too-many-ways'],
    ['^(a|a)*$', 'too-many-ways'],
    ['^(a|ab|b)*$', 'too-many-ways'],
    ['^(\\w+\\s?)*$', 'too-many-ways'],
    ['^(?:.*,){11}P$', 'too-many-ways'],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'too-many-ways'],
    ['^(?:[\\u4E00-\\u9FFF]+|\\p{Script=Han})*$', 'too-many-ways'],
    ['^(?:[中国]+|[国家]+)*$', 'too-many-ways'],
    ['^a*a*$', 'too-many-ways'],
    ['^\\s*(.*?)\\s*$', 'too-many-ways'],
    ['^.{0,200}x.{0,200}$', 'too-many-ways'],
    ['^(?:a?){30}a{30}$', 'too-many-ways'],
    ['[a-z]+$', 'too-many-ways'],
    ['.*x', 'too-many-ways'],
    ['^(?:a*)*$', 'repeats-nothing'],
    ['^(?:a|b?)+$', 'repeats-nothing'],
    ['^(?:\\b)*$', 'repeats-nothing'],
    ['^(?=(a+))b$', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['^(a*)\\1$', 'back-reference'],
    ['^(?<x>a*)\\k<x>$', 'back-reference'],
    ['^(?:(?:a{99}){99}){99}$', 'too-large'],
    ['^(?:(?:(?:){9999}){9999}){9999}$', 'too-large'],
    [`^${'a?'.repeat(200)}$`, 'too-large'],
    ['^(?i:a)$', 'unknown'],
    ['^[a', 'unknown'],
  ])('is refused, with why: %s', (pattern, why) => {
    expect(costOf(pattern)).toBe(why);
  });
});

/** Few characters, so that alternatives overlap; classes that overlap in part; all that can be repeated in each other. */
const { many: patterns } = fc.letrec<{ part: string; many: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\w', '\\b', '^', '$', 'c'),
    tie('many').map((inner) => `(?:${inner})`),
    fc
      .tuple(tie('many'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{1,3}', '{0,2}', '{2,}'))
      .map(([inner, often]) => `(?:${inner})${often}`),
    fc
      .tuple(fc.constantFrom('a', '[ab]', '.', '[^b]'), fc.constantFrom('*', '+', '?', '{1,4}'))
      .map((two) => two.join('')),
    fc.tuple(tie('many'), tie('many')).map(([one, other]) => `(?:${one}|${other})`),
  ),
  many: fc.array(tie('part'), { minLength: 0, maxLength: 3 }).map((parts) => parts.join('')),
}));

/** What pumps a pattern: the same piece over and over, with something else at the end. */
const texts = fc
  .tuple(
    fc.stringMatching(/^[abc]{0,2}$/),
    fc.stringMatching(/^[abc!]{1,3}$/),
    fc.nat(24),
    fc.stringMatching(/^[abc!]?$/),
  )
  .map(([before, piece, often, after]) => before + piece.repeat(often) + after);

it(`a pattern that is taken is read in a number of steps that grows with the text alone (${RUNS} cases)`, () => {
  let taken = 0;
  fc.assert(
    fc.property(patterns, fc.boolean(), fc.array(texts, { minLength: 4, maxLength: 4 }), (inner, isAnchored, some) => {
      const source = isAnchored ? `^(?:${inner})$` : inner;
      const pattern = readPattern(source);
      if (costOf(source) !== undefined || pattern === undefined) return;
      taken += 1;
      for (const text of some) {
        const { steps, matches } = stepsTaken(pattern, text, MAX_WAYS * (text.length + 1));
        expect(steps).toBeLessThanOrEqual(MAX_WAYS * (text.length + 1));
        expect(matches).toBe(new RegExp(source, 'u').test(text));
      }
    }),
    { numRuns: RUNS },
  );
  expect(taken).toBeGreaterThan(RUNS / 20);
});

it('and some that are refused are not: the steps are really counted', () => {
  const slow = readPattern('^(?:a|a)*$');
  expect(slow && (() => stepsTaken(slow, `${'a'.repeat(20)}!`, 10_000))).toThrow(TooManySteps);
});

it('tells it of whatever text there is, and soon', () => {
  const anything = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('ab[](){}|*+?^$\\.-,:<=!0129pLu中')), maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    patterns,
  );
  fc.assert(
    fc.property(anything, (source) => {
      try {
        expect(new RegExp(source, 'u').unicode).toBe(true);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        return;
      }
      expect([
        undefined,
        'look-around',
        'back-reference',
        'repeats-nothing',
        'too-many-ways',
        'too-large',
        'unknown',
      ]).toContain(costOf(source));
    }),
    { numRuns: RUNS },
  );
});
