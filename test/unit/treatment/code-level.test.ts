import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIERARCHIES, isHierarchyId } from '../../../src/semantic/hierarchies.ts';
import { codeLevel } from '../../../src/treatment/code-level.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const site = (id: string, level: string) => ({
  schema: { type: 'string', 'x-semantic': id },
  parameters: { level },
  matchParameters: [],
});
const to = (id: string, level: string) => {
  const treat = codeLevel.compile(site(id, level), SCOPED_KEYS);
  return (value: string) => treat(value, ASKED_NOTHING);
};

describe('a code of a higher level', () => {
  it.each([
    ['icd-10', 'category', 'J45.1', 'J45'],
    ['icd-10', 'block', 'J45.1', 'J40-J47'],
    ['icd-10', 'chapter', 'J45.1', 'J00-J99'],
    ['icd-10', 'chapter', 'D48.9', 'C00-D48'],
    ['icd-10', 'chapter', 'D50.0', 'D50-D89'],
    ['icd-10', 'block', 'Y05', 'X85-Y09'],
    ['icd-10', 'block', 'C50.9', 'C50-C50'],
    // A category that no block has, and a letter with digits that is none.
    ['icd-10', 'block', 'A10', UNFIT],
    ['icd-10', 'category', 'A10', UNFIT],
    ['cn.industry', 'group', 'A0111', 'A011'],
    ['cn.industry', 'division', '0111', 'A01'],
    ['cn.industry', 'section', '0111', 'A'],
    ['cn.industry', 'group', 'A01', UNFIT],
    ['cn.occupation', 'middle', '20101', '20100'],
    ['cn.occupation', 'major', '2-01-01', '20000'],
    ['cn.occupation', 'middle', '20000', UNFIT],
    ['cn.ethnicity', 'han-or-minority', '汉', '汉族'],
    ['cn.ethnicity', 'han-or-minority', '苗族', '少数民族'],
    ['cn.ethnicity', 'han-or-minority', '其他', UNFIT],
  ])('%s to the %s: %s → %s', (id, level, code, expected) => {
    expect(to(id, level)(code)).toBe(expected);
  });

  it('is one of the classification of the field, and no other', () => {
    expect(codeLevel.refuses?.(site('icd-10', 'section'))).toBe(
      'the classification has the levels chapter, block, category',
    );
    expect(codeLevel.refuses?.(site('icd-10', 'block'))).toBeUndefined();
    expect(to('icd-10', 'section')('J45.1')).toBe(UNFIT);
    expect(to('cn.mobile', 'section')('A0111')).toBe(UNFIT);
  });

  const levels = Object.entries(HIERARCHIES).flatMap(([id, { levels }]) =>
    Object.keys(levels).map((level) => [id, level] as const),
  );
  const code = fc.oneof(
    fc.stringMatching(/^[A-Z]\d{2}(?:\.\d)?$/),
    fc.stringMatching(/^\d{4}$/),
    fc.stringMatching(/^[1-8]\d{4}$/),
    fc.stringMatching(/^[0-5]\d$/),
  );

  // Another code of the same class, for what is written below the level.
  const SIBLINGS: Readonly<Record<string, (code: string) => string>> = {
    'icd-10': (code) => `${code.slice(0, 3)}.8`,
    'cn.industry': (code) => (code.length === 5 ? `${code.slice(0, 4)}9` : code),
    'cn.occupation': (code) => (code.endsWith('00') ? code : `${code.slice(0, 3)}99`),
    'cn.ethnicity': (code) => (code === '汉族' ? code : '苗族'),
  };

  it.each(levels)('tells of %s no more than its %s: what agrees in it comes out the same', (id, level) => {
    const normalise = isHierarchyId(id) ? HIERARCHIES[id].type.normalise : () => undefined;
    let fitted = 0;
    fc.assert(
      fc.property(code, (written) => {
        const whole = normalise(written);
        const out = to(id, level)(written);
        if (whole === undefined || out === UNFIT) return;
        fitted += 1;
        expect(to(id, level)(SIBLINGS[id]?.(whole) ?? '')).toBe(out);
      }),
      { numRuns: 2000 },
    );
    expect(fitted).toBeGreaterThan(20);
  });
});
