import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMobile } from '../../../src/semantic/mobile.ts';
import { mobile } from '../../support/generate-values.ts';

describe('a mobile number', () => {
  it('is its eleven digits, however the country is written', () => {
    fc.assert(
      fc.property(mobile, fc.constantFrom('', '86', '+86', '+86 ', '+86-', '86 ', '＋86'), (digits, country) => {
        expect(parseMobile(country + digits)).toBe(digits);
      }),
    );
  });

  it('may be written in full-width digits', () => {
    expect(parseMobile('１３８００１３８０００')).toBe('13800138000');
  });

  it.each([
    '',
    '12800138000',
    '10086',
    '1380013800',
    '138001380000',
    '+8513800138000',
    '0086 13800138000',
    '138 0013 8000',
    '13800138000 ',
    '138****8000',
    '01013800138000',
    '张三',
  ])('is not %j', (text) => {
    expect(parseMobile(text)).toBeUndefined();
  });
});
