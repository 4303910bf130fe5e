import { aessiv } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openToken, sealToken } from '../../../src/keys/siv.ts';
import { anyText } from '../../support/generate-json.ts';

const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
const anyContext = fc.array(anyText, { maxLength: 4 });
const KEY = new Uint8Array(64).fill(1);
const CONTEXT = ['public-security', 'tax', 'verify-taxpayer'];
const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 500);
const MINUTES = 60_000;

describe('a token', () => {
  it(
    'opens to its text, with the key and the context that it was sealed with',
    () => {
      fc.assert(
        fc.property(bytes, anyContext, anyText, (key, context, text) => {
          const token = sealToken(key, context, text);
          expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(openToken(key, context, token)).toBe(text);
        }),
        { numRuns: RUNS },
      );
    },
    10 * MINUTES,
  );

  it(
    'is the same for the same text in the same context, and another for any other',
    () => {
      fc.assert(
        fc.property(anyContext, anyContext, anyText, anyText, (context, otherContext, text, otherText) => {
          const isSame = text === otherText && JSON.stringify(context) === JSON.stringify(otherContext);
          expect(sealToken(KEY, context, text) === sealToken(KEY, otherContext, otherText)).toBe(isSame);
          expect(sealToken(KEY.slice(), [...context], text)).toBe(sealToken(KEY, context, text));
        }),
        { numRuns: RUNS },
      );
    },
    10 * MINUTES,
  );

  it('does not open under another key', () => {
    fc.assert(
      fc.property(bytes, bytes, anyText, (key, other, text) => {
        fc.pre(Buffer.compare(key, other) !== 0);
        expect(openToken(other, CONTEXT, sealToken(key, CONTEXT, text))).toBeUndefined();
      }),
    );
  });

  it.each([
    { name: 'with a text missing', context: CONTEXT.slice(1) },
    { name: 'with a text more', context: [...CONTEXT, ''] },
    { name: 'in another order', context: CONTEXT.toReversed() },
    { name: 'run together', context: [CONTEXT.join('')] },
    { name: 'cut elsewhere', context: ['public-securityt', 'ax', 'verify-taxpayer'] },
    { name: 'of nothing', context: [] },
  ])('does not open in a context $name', ({ context }) => {
    expect(openToken(KEY, context, sealToken(KEY, CONTEXT, '张三'))).toBeUndefined();
  });

  it('does not open after any bit of it was changed', () => {
    const sealed = Buffer.from(sealToken(KEY, CONTEXT, '110199199001010014'), 'base64url');
    for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openToken(KEY, CONTEXT, changed.toString('base64url'))).toBeUndefined();
    }
  });

  it('does not open cut short, nor grown', () => {
    const token = sealToken(KEY, CONTEXT, '110199199001010014');
    for (let length = 0; length < token.length; length += 1)
      expect(openToken(KEY, CONTEXT, token.slice(0, length))).toBeUndefined();
    expect(openToken(KEY, CONTEXT, `${token}AAAA`)).toBeUndefined();
  });

  it('does not open in another spelling of the same bytes', () => {
    // 17 bytes: four bits of the last character stand for nothing.
    const token = sealToken(KEY, CONTEXT, 'a');
    const last = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    const next = String.fromCharCode(last[last.indexOf(token.slice(-1)) + 1] ?? 0);
    const spellings = [`${token}=`, `${token}\n`, ` ${token}`, `${token}!`, token.slice(0, -1) + next];
    for (const spelling of spellings) {
      expect(Buffer.from(spelling, 'base64url')).toEqual(Buffer.from(token, 'base64url'));
      expect(openToken(KEY, CONTEXT, spelling)).toBeUndefined();
    }
    expect(openToken(KEY, CONTEXT, token)).toBe('a');
  });

  it('does not open to bytes that are no text, though somebody with the key sealed them', () => {
    const sealed = aessiv(KEY, ...CONTEXT.map((part) => Buffer.from(part))).encrypt(Uint8Array.of(0x61, 0xff));
    expect(openToken(KEY, CONTEXT, Buffer.from(sealed).toString('base64url'))).toBeUndefined();
  });

  it('never opens from any text that nobody sealed', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.base64String()), (text) => {
        expect(openToken(KEY, CONTEXT, text)).toBeUndefined();
      }),
    );
  });

  it.each([
    { name: 'nothing', text: '' },
    { name: 'a byte order mark', text: '\uFEFFa' },
    { name: 'characters of four bytes', text: '𠮷野家' },
    { name: 'a zero', text: 'a\0b' },
  ])('keeps $name', ({ text }) => {
    expect(openToken(KEY, CONTEXT, sealToken(KEY, CONTEXT, text))).toBe(text);
  });

  it.each(['\uD800', 'x\uDC00', '😀\uD83D'])('has no lone surrogates, in text or context (%#)', (text) => {
    const refusal = new TypeError('a token has no lone surrogates');
    expect(() => sealToken(KEY, CONTEXT, text)).toThrow(refusal);
    expect(() => sealToken(KEY, [text], 'a')).toThrow(refusal);
    expect(() => openToken(KEY, [text], sealToken(KEY, ['\uFFFD'], 'a'))).toThrow(refusal);
    expect(openToken(KEY, CONTEXT, text)).toBeUndefined();
  });

  it.each([0, 16, 32, 48, 63, 65])('has no key of %i bytes', (length) => {
    const refusal = new RangeError('a key of AES-256-SIV has 64 bytes');
    const key = new Uint8Array(length);
    expect(() => sealToken(key, CONTEXT, 'a')).toThrow(refusal);
    expect(() => openToken(key, CONTEXT, sealToken(KEY, CONTEXT, 'a'))).toThrow(refusal);
  });

  it('has at most 126 texts of context (RFC 5297 §7)', () => {
    const most = Array.from({ length: 126 }, (_, at) => String(at));
    expect(openToken(KEY, most, sealToken(KEY, most, 'a'))).toBe('a');
    expect(() => sealToken(KEY, [...most, ''], 'a')).toThrow(/126/);
    expect(() => openToken(KEY, [...most, ''], sealToken(KEY, most, 'a'))).toThrow(/126/);
  });
});
