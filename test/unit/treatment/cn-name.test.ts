import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { parseName } from '../../../src/semantic/name.ts';
import { cnName } from '../../../src/treatment/cn-name.ts';
import { type Treated, UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { personName } from '../../support/generate-values.ts';
import { maskedText } from '../../support/masked-text.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const schema = { type: 'string', 'x-semantic': 'cn.name' };
const masking = (parameters = {}): ((value: JsonValue) => Treated) => {
  const treat = cnName.compile({ schema, parameters, matchParameters: [] }, SCOPED_KEYS);
  return (value) => treat(value, ASKED_NOTHING);
};
const LETTER = /[\p{L}\p{Co}]/gu;
const letters = (text: string): number => text.match(LETTER)?.length ?? 0;

describe('the mask of a name', () => {
  it.each([
    ['张三', '张*'],
    ['张三丰', '张**'],
    ['欧阳修文', '欧阳**'],
    ['欧阳', '欧*'],
    ['司马光', '司马*'],
    ['阿卜杜拉·买买提', '阿***·***'],
    ['阿卜杜拉•买买提', '阿***·***'],
    ['𠮷田', '𠮷*'],
    ['𠮷𬭎', '𠮷*'],
    ['张\uE123', '张*'],
    ['Anna-Maria Ng', 'A***-***** **'],
    ['葛\u{E0100}城三', '葛\u{E0100}**'],
  ])('of %s is %s', (name, masked) => {
    expect(masking()(name)).toBe(masked);
  });

  it.each([
    ['one character', '张'],
    ['one character of four bytes', '𠮷'],
    ['one character and a dot', '张·'],
    ['one character and a hyphen', 'A-'],
    ['one character and its variation selector', '葛\u{E0100}'],
    ['one letter and an accent that does not compose', 'x\u0302'],
    ['a compound surname and a dot', '欧阳·'],
    ['a compound surname whose last character has a selector', '欧阳\u{E0100}'],
  ])('hides all of a name that is %s', (_, name) => {
    expect(masking()(name)).toMatch(/^[*·-]+$/);
  });

  it('keeps the first character only of a compound surname, where the grant says so', () => {
    expect(masking({ compoundSurname: 'first' })('欧阳修文')).toBe('欧***');
    expect(masking({ compoundSurname: 'keep' })('欧阳修文')).toBe('欧阳**');
  });

  it('hides all but the surname of any name', () => {
    fc.assert(
      fc.property(personName, fc.constantFrom<'keep' | 'first'>('keep', 'first'), (name, compoundSurname) => {
        const parsed = parseName(name);
        const treated = masking({ compoundSurname })(name);
        if (parsed === undefined) {
          expect(treated).toBe(UNFIT);
          return;
        }
        const masked = maskedText(treated);
        expect(masked).toMatch(/[*]/);
        expect(masked).not.toMatch(/\p{Surrogate}/u);
        expect(letters(masked)).toBeLessThanOrEqual(compoundSurname === 'keep' ? 2 : 1);
        expect(letters(masked)).toBeLessThan(letters(parsed));
      }),
      { numRuns: 1000 },
    );
  });

  it('is never what came in, whatever came in', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme' })), (text) => {
        const masked = masking()(text);
        expect(masked).not.toBe(text);
        expect(masked === UNFIT).toBe(parseName(text) === undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['', '张*', '13800138000', '<script>', '张\u0000三', 5, true])('does not understand %j', (value) => {
    expect(masking()(value)).toBe(UNFIT);
  });
});
