import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_JSON_DEPTH,
  parseStrictJson,
  StrictJsonError,
  type StrictJsonFault,
} from '../../../src/domain/strict-json.ts';
import { safeJson, safeKey } from '../../support/generate-json.ts';
import { hostileJsonBytes } from './hostile-json.ts';
import { parseStrictJsonSlowly } from './strict-json-slowly.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 2000);

const FAULTS: readonly StrictJsonFault[] = [
  ...(['not-utf8', 'not-json', 'too-deep', 'duplicate-key'] as const),
  ...(['forbidden-key', 'unsafe-number', 'lone-surrogate'] as const),
];

function read(text: string | Uint8Array, parse = parseStrictJson): unknown {
  try {
    return parse(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  } catch (error) {
    return error instanceof StrictJsonError ? `refused: ${error.fault}` : error;
  }
}

describe('strict JSON', () => {
  it('lets every value through that all readers read alike, however it is laid out', () => {
    fc.assert(
      fc.property(safeJson, fc.constantFrom('', ' ', '\n\t'), (value, indent) => {
        expect(read(JSON.stringify(value, undefined, indent))).toEqual(value);
      }),
    );
  });

  it(`agrees with a plain reading of the same rules, in every value and every fault (${RUNS * 5} cases)`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(hostileJsonBytes, (bytes) => {
        const expected = read(bytes, parseStrictJsonSlowly);
        expect(read(bytes)).toEqual(expected);
        const outcome = typeof expected === 'string' && expected.startsWith('refused: ') ? expected : 'read';
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }),
      { numRuns: RUNS * 5 },
    );
    // A generator that never came across one of them would prove nothing of it.
    for (const fault of FAULTS) expect(seen.get(`refused: ${fault}`), fault).toBeGreaterThan(RUNS / 100);
    expect(seen.get('read')).toBeGreaterThan(RUNS);
  });

  it('finds a key written twice in a text that short numbers make no longer than it would be with the key once', () => {
    const exponents = fc.integer({ min: -12, max: 14 }).filter((exponent) => exponent !== 0);
    fc.assert(
      fc.property(fc.integer({ min: -999, max: 999 }), exponents, (mantissa, exponent) => {
        const short = `${mantissa}e${exponent}`;
        const saved = String(Number(short)).length - short.length;
        fc.pre(saved > 0 && Math.abs(Number(short)) < 1e15);
        const values = `[${Array(5).fill(short).join(',')}]`;
        const key = 'k'.repeat(5 * saved - 5);
        const text = `{"${key}":0,"${key}":${values}}`;
        expect(text).toHaveLength(JSON.stringify(JSON.parse(text)).length);
        expect(read(text)).toBe('refused: duplicate-key');
      }),
    );
  });

  it.each([
    ['twice the same key', '{"a":1,"a":1}'],
    ['twice the same key, once escaped', '{"a":1,"\\u0061":2}'],
    ['twice the same key with spaces before the colon', '{"a" :1,"a"\n:2}'],
    ['twice the same key deep inside', '{"x":[{"y":{"a":1,"b":2,"a":3}}]}'],
    ['an object that hides behind another of its key', '{"a":{"b":1},"a":{"b":1,"c":2}}'],
    ['a key with a quote in it', '{"\\"a\\":":1,"\\"a\\":":2}'],
    ['the empty key twice', '{"":1,"":2}'],
    ['the empty key twice, the second time with nothing in it', '{"":0,"":[]}'],
  ])('refuses %s', (_, text) => {
    expect(read(text)).toBe('refused: duplicate-key');
  });

  it.each(['{"a":"b\\":","c":"\\\\"}', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":2}]', '{"a":"a","A":":"}'])(
    'does not take for two equal keys what is none: %s',
    (text) => {
      expect(read(text)).toEqual(JSON.parse(text));
    },
  );

  it('refuses any object with one of its keys written once more, however it is spelt', () => {
    const escaped = (key: string): string =>
      Array.from({ length: key.length }, (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
    fc.assert(
      fc.property(fc.dictionary(safeKey, fc.constant(1), { minKeys: 1 }), fc.boolean(), (object, spellOut) => {
        const [key = ''] = Object.keys(object);
        const again = spellOut ? `"${escaped(key)}"` : JSON.stringify(key);
        expect(read(`${JSON.stringify(object).slice(0, -1)},${again}:1}`)).toBe('refused: duplicate-key');
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__', 'construct\\u006fr'])(
    'refuses the key %s',
    (key) => {
      expect(read(`{"${key}":{"x":1}}`)).toBe('refused: forbidden-key');
      expect(read(`[{"a":{"${key}":null}}]`)).toBe('refused: forbidden-key');
    },
  );

  it.each([
    '9007199254740992',
    '-9007199254740993',
    '6222020200112233445',
    '1e400',
    '-1e400',
    '1e16',
    '0.1234567890123456',
    '1.00000000000000001',
    '123456789012345.67',
    '1e-400',
    '-0.1e-330',
    '4.9e-324',
    '0.60e400',
  ])('refuses %s, which does not come out as it went in', (number) => {
    expect(read(number)).toBe('refused: unsafe-number');
    expect(read(`{"a":[${number}]}`)).toBe('refused: unsafe-number');
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '0',
    '0.0',
    '0e9',
    '1e15',
    '0.00012345678901234',
    '-1.5E-3',
    '1e-300',
  ])('lets %s through', (number) => {
    expect(read(number)).toBe(Number(number));
  });

  it('does not mind digits inside a text', () => {
    expect(read('{"a":"6222020200112233445"}')).toEqual({ a: '6222020200112233445' });
  });

  it('reads 32 levels and refuses the thirty-third', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(MAX_JSON_DEPTH).toBe(32);
    expect(read(nested(32))).toEqual(JSON.parse(nested(32)));
    expect(read(objects(32))).toEqual(JSON.parse(objects(32)));
    expect(read(nested(33))).toBe('refused: too-deep');
    expect(read(objects(33))).toBe('refused: too-deep');
    expect(read(nested(20_000))).toBe('refused: too-deep');
  });

  it.each([
    ['a byte that begins nothing', [0x22, 0xff, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate encoded in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character cut off', [0x22, 0xe5, 0xbc]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBe('refused: not-utf8');
  });

  it.each([
    '',
    ' ',
    '\uFEFF{}',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '{}{}',
    'NaN',
    '01',
    '+1',
    '"\n"',
    '// no\n1',
    'undefined',
  ])('refuses what is not JSON (%#)', (text) => {
    expect(read(text)).toBe('refused: not-json');
  });

  it.each(['"\\ud800"', '{"a":["x\\udc00"]}', '{"\\ud83d":1}', '"\\udc00\\ud800"'])(
    'refuses a lone surrogate: %s',
    (text) => {
      expect(read(text)).toBe('refused: lone-surrogate');
    },
  );

  it('reads an escaped pair of surrogates as the character it stands for', () => {
    expect(read('"\\ud842\\udfb7"')).toBe('𠮷');
  });

  it('reads a text after one that ended in the middle of a character', () => {
    expect(read(Uint8Array.from([0x22, 0xe5, 0xbc]))).toBe('refused: not-utf8');
    expect(read('"名"')).toBe('名');
  });

  it('reads strings of nothing but backslashes and escaped quotes, however long', () => {
    const texts = ['\\', '"', '\\"'].map((piece) => piece.repeat(500_000));
    expect(read(JSON.stringify(texts)) as string[]).toEqual(texts);
  });

  it('reads a piece of a larger buffer', () => {
    const whole = new TextEncoder().encode('"""{"a":1}:::');
    expect(read(whole.subarray(3, 10))).toEqual({ a: 1 });
  });

  it('never says in its error what the text was', () => {
    expect(() => parseStrictJson(new TextEncoder().encode('{"residentId":11010519491231002'))).toThrow(
      new StrictJsonError('not-json'),
    );
    expect(new StrictJsonError('not-json').message).toBe('not-json');
  });
});
