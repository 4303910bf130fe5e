import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResidentId, residentIdCheckDigit } from '../../../src/semantic/resident-id.ts';
import { oldResidentId, residentIdBody } from '../../support/generate-values.ts';

describe('a resident id', () => {
  it.each(['11010519491231002X', '440524188001010014'])('of GB 11643 is one: %s', (id) => {
    expect(parseResidentId(id)).toEqual({ id, form: 18 });
    expect(residentIdCheckDigit(id.slice(0, 17))).toBe(id[17]);
  });

  it.each([
    ['a small x', '11010519491231002x'],
    ['full-width digits', '１１０１０５１９４９１２３１００２Ｘ'],
    ['a full-width small x', '11010519491231002ｘ'],
  ])('is the same with %s', (_, written) => {
    expect(parseResidentId(written)).toEqual({ id: '11010519491231002X', form: 18 });
  });

  it('of 15 digits is the one of 18 with its century and check digit', () => {
    expect(parseResidentId('110105491231002')).toEqual({ id: '11010519491231002X', form: 15 });
  });

  it('has exactly one check digit of eleven that fits', () => {
    fc.assert(
      fc.property(residentIdBody, (body) => {
        const fitting = '0123456789X'.split('').filter((check) => parseResidentId(body + check) !== undefined);
        expect(fitting).toEqual([residentIdCheckDigit(body)]);
      }),
    );
  });

  it('is none with any one digit changed, or two neighbours swapped', () => {
    fc.assert(
      fc.property(residentIdBody, fc.nat({ max: 16 }), fc.integer({ min: 1, max: 9 }), (body, at, step) => {
        const id = body + residentIdCheckDigit(body);
        const changed = id.slice(0, at) + String((Number(id[at]) + step) % 10) + id.slice(at + 1);
        expect(parseResidentId(changed)).toBeUndefined();
        const swapped = id.slice(0, at) + id.charAt(at + 1) + id.charAt(at) + id.slice(at + 2);
        if (swapped !== id) expect(parseResidentId(swapped)).toBeUndefined();
      }),
    );
  });

  it('of 15 digits is the one whose old form it is', () => {
    fc.assert(
      fc.property(oldResidentId, (old) => {
        const parsed = parseResidentId(old);
        expect(parsed?.form).toBe(15);
        expect(parsed?.id).toBe(`${old.slice(0, 6)}19${old.slice(6)}${parsed?.id.slice(17)}`);
        expect(parseResidentId(parsed?.id ?? '')).toEqual({ id: parsed?.id, form: 18 });
      }),
    );
  });

  const dated = (yyyymmdd: string): string => {
    const body = `110105${yyyymmdd}002`;
    return body + residentIdCheckDigit(body);
  };
  it.each(['20230229', '20230431', '20231301', '20230001', '20230100', '20230132', '17991231', '00000101', '19000229'])(
    'of somebody born on %s, which was no day, is none, though its check digit fits',
    (date) => {
      expect(parseResidentId(dated(date))).toBeUndefined();
    },
  );

  it.each(['20240229', '20000229', '18000101'])('of somebody born on %s is one', (date) => {
    expect(parseResidentId(dated(date))?.id).toBe(dated(date));
  });

  it.each([
    '',
    '11010519491231002',
    '11010519491231002XX',
    ' 11010519491231002X',
    '11010519491231002X\n',
    'X1010519491231002X',
    '01010519491231002X',
    '1101051949123100２X0',
    '11010519491231002*',
    '110105491331002',
    '11010549123100X',
    '張三',
  ])('is not %j', (text) => {
    expect(parseResidentId(text)).toBeUndefined();
  });
});
