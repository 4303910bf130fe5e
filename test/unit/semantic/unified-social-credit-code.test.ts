import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseUnifiedSocialCreditCode,
  unifiedSocialCreditCodeCheck,
} from '../../../src/semantic/unified-social-credit-code.ts';
import { creditCode, creditCodeBody } from '../../support/generate-values.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

describe('a unified social credit code', () => {
  it('is the example of GB 32100', () => {
    expect(parseUnifiedSocialCreditCode('91350100M000100Y43')).toBe('91350100M000100Y43');
  });

  it.each(['91350100m000100y43', '９１３５０１００Ｍ０００１００Ｙ４３'])('is the same written as %s', (text) => {
    expect(parseUnifiedSocialCreditCode(text)).toBe('91350100M000100Y43');
  });

  it.each(['N2', 'Y1', 'A1', '92'])('may begin with %s', (head) => {
    const body = `${head}110199MA0000001`;
    const code = body + unifiedSocialCreditCodeCheck(body);
    expect(code).toHaveLength(18);
    expect(parseUnifiedSocialCreditCode(code)).toBe(code);
  });

  it('has exactly one check character of 31 that fits', () => {
    fc.assert(
      fc.property(creditCodeBody, (body) => {
        const fitting = ALPHABET.split('').filter((check) => parseUnifiedSocialCreditCode(body + check) !== undefined);
        expect(fitting).toEqual([unifiedSocialCreditCodeCheck(body)]);
      }),
    );
  });

  it('is none with any one character changed', () => {
    fc.assert(
      fc.property(creditCode, fc.nat({ max: 17 }), fc.constantFrom(...ALPHABET.split('')), (code, at, other) => {
        fc.pre(code[at] !== other);
        expect(parseUnifiedSocialCreditCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('has none of the letters that look like digits, anywhere', () => {
    fc.assert(
      fc.property(creditCode, fc.nat({ max: 17 }), fc.constantFrom(...'IOSVZiosvz'.split('')), (code, at, letter) => {
        expect(parseUnifiedSocialCreditCode(code.slice(0, at) + letter + code.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it.each(['', '91350100M000100Y4', '91350100M000100Y433', ' 91350100M000100Y43', '9135010AM000100Y43'])(
    'is not %j',
    (text) => {
      expect(parseUnifiedSocialCreditCode(text)).toBeUndefined();
    },
  );
});
