import { describe, expect, it } from 'vitest';
import { patternDraw } from '../../../src/synthetic/draw-pattern.ts';
import { seededRandom } from '../../../src/synthetic/seeded-random.ts';

/** How many of a hundred texts that are drawn match. */
function matching(pattern: string): number {
  const draw = patternDraw(pattern);
  const random = seededRandom(7);
  const expression = new RegExp(pattern, 'u');
  return Array.from({ length: 100 }, () => draw?.(random, 4) ?? '').filter((text) => expression.test(text)).length;
}

describe('a text drawn for a pattern', () => {
  it.each([
    '^(?:[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14})$',
    '^[0-9]{4}-(?:0[1-9]|1[0-2])$',
    '^GD[0-9]{12}$',
    '^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$',
    '^[^A-Za-z]',
    '^.{2,3}$',
    '[0-9]',
    '',
    '^(a|b|)(?<word>c+?)\\.d*$',
    '^\\d{3}\\w\\s\\S\\D\\W$',
    '^\\p{L}{2}\\P{L}[\\p{Script=Han}·]+$',
    '^\\u4E2D\\u{20BB7}\\x41\\t[\\u{1F600}\\]\\\\-]$',
    '^[\\u3400-\\u3405]{3}$',
    '^(?:x{2}){2,}$',
    '^\\[\\(\\)\\{\\}\\*\\+\\?\\|\\^\\$\\/$',
    '^\\uD83D\\uDE00$',
  ])('matches %s', (pattern) => {
    expect(matching(pattern)).toBe(100);
  });

  it.each(['^(?!0)[0-3]$', '^(?=.*a)[ab]{3}$', '^a\\b $', '^(?<!x)y$'])(
    'may match %s, whose assertions are left to the check',
    (pattern) => {
      expect(matching(pattern)).toBeGreaterThan(20);
    },
  );

  it.each(['^(a|b)\\1$', '^(?<letter>a|b)\\k<letter>$', '^[^\\u{0}-\\u{10FFFF}]$'])('is refused for %s', (pattern) => {
    expect(patternDraw(pattern)).toBeUndefined();
  });

  it('stays bounded where bounds multiply', () => {
    const draw = patternDraw('^(?:(?:(?:(?:a{999}){999}){999}){999})+$');
    expect(draw?.(seededRandom(1), 4).length).toBeLessThanOrEqual(10_000);
    const empty = patternDraw('^(?:(?:(?:){9999}){9999}){9999}$');
    expect(empty?.(seededRandom(1), 4)).toBe('');
  });

  it('takes every alternative and every length sometimes', () => {
    const draw = patternDraw('^(?:a|b{1,3})$');
    const random = seededRandom(3);
    expect(new Set(Array.from({ length: 200 }, () => draw?.(random, 4)))).toEqual(new Set(['a', 'b', 'bb', 'bbb']));
  });
});
