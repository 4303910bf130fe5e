import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResidentId } from '../../../src/semantic/resident-id.ts';
import { cnResidentId } from '../../../src/treatment/cn-resident-id.ts';
import { type Treated, UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { oldResidentId, residentId } from '../../support/generate-values.ts';
import { maskedText } from '../../support/masked-text.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const schema = { type: 'string', 'x-semantic': 'cn.resident-id' };
const masking = (area: number, tail: number): ((value: string | number | boolean) => Treated) => {
  const treat = cnResidentId.compile({ schema, parameters: { area, tail }, matchParameters: [] }, SCOPED_KEYS);
  return (value) => treat(value, ASKED_NOTHING);
};
const area = fc.constantFrom(0, 2, 4, 6);
const tail = fc.constantFrom(0, 4);

describe('the mask of a resident id', () => {
  it.each([
    [6, 4, '110105********002X'],
    [6, 0, '110105************'],
    [4, 4, '1101**********002X'],
    [2, 0, '11****************'],
    [0, 4, '**************002X'],
    [0, 0, '******************'],
  ])('with area %i and tail %i is %s', (area, tail, masked) => {
    expect(masking(area, tail)('11010519491231002X')).toBe(masked);
    expect(masking(area, tail)('１１０１０５１９４９１２３１００２ｘ')).toBe(masked);
  });

  it.each([
    [6, 4, '110105******002'],
    [0, 4, '************002'],
    [6, 0, '110105*********'],
    [0, 0, '***************'],
  ])('of an old number with area %i and tail %i is %s: no digit of the date stays', (area, tail, masked) => {
    expect(masking(area, tail)('110105491231002')).toBe(masked);
  });

  it('never shows a digit of the date of birth', () => {
    fc.assert(
      fc.property(residentId, oldResidentId, area, tail, (id, old, area, tail) => {
        const mask = masking(area, tail);
        expect(maskedText(mask(id))).toMatch(/^.{6}[*]{8}.{4}$/);
        expect(maskedText(mask(old))).toMatch(/^.{6}[*]{6}.{3}$/);
        expect(maskedText(mask(id)).replaceAll('*', '')).toBe(id.slice(0, area) + id.slice(18 - tail));
      }),
    );
  });

  it('understands resident ids and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, residentId, fc.stringMatching(/^\d{14,19}$/)), area, tail, (text, area, tail) => {
        const masked = masking(area, tail)(text);
        expect(masked).not.toBe(text);
        expect(masked === UNFIT).toBe(parseResidentId(text) === undefined);
      }),
    );
  });

  it.each(['', '110105194912310021', '1101051949123100', '张三', 110105491231002, true])(
    'does not understand %j',
    (value) => {
      expect(masking(6, 4)(value)).toBe(UNFIT);
    },
  );
});
