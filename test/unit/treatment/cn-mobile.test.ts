import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMobile } from '../../../src/semantic/mobile.ts';
import { cnMobile } from '../../../src/treatment/cn-mobile.ts';
import { type Treated, UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { mobile } from '../../support/generate-values.ts';
import { maskedText } from '../../support/masked-text.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const schema = { type: 'string', 'x-semantic': 'cn.mobile' };
const masking = (head: number, tail: number): ((value: string | number | boolean) => Treated) => {
  const treat = cnMobile.compile({ schema, parameters: { head, tail }, matchParameters: [] }, SCOPED_KEYS);
  return (value) => treat(value, ASKED_NOTHING);
};
const head = fc.constantFrom(0, 3);
const tail = fc.constantFrom(0, 4);

describe('the mask of a mobile number', () => {
  it.each([
    [3, 4, '138****8000'],
    [3, 0, '138********'],
    [0, 4, '*******8000'],
    [0, 0, '***********'],
  ])('with head %i and tail %i is %s, however the number is written', (head, tail, masked) => {
    for (const written of ['13800138000', '+8613800138000', '+86 13800138000', '１３８００１３８０００'])
      expect(masking(head, tail)(written)).toBe(masked);
  });

  it('shows the ends that the grant allows and hides the rest', () => {
    fc.assert(
      fc.property(mobile, head, tail, (number, head, tail) => {
        const masked = maskedText(masking(head, tail)(number));
        expect(masked).toHaveLength(11);
        expect(masked.replaceAll('*', '')).toBe(number.slice(0, head) + number.slice(11 - tail));
      }),
    );
  });

  it('understands mobile numbers and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, mobile, fc.stringMatching(/^\+?\d{9,13}$/)), head, tail, (text, head, tail) => {
        const masked = masking(head, tail)(text);
        expect(masked).not.toBe(text);
        expect(masked === UNFIT).toBe(parseMobile(text) === undefined);
      }),
    );
  });

  it.each(['', '138****8000', '10086', '010-12345678', 13800138000, false])('does not understand %j', (value) => {
    expect(masking(3, 4)(value)).toBe(UNFIT);
  });
});
