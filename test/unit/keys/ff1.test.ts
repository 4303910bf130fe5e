import { createCipheriv } from 'node:crypto';
import { FF1 } from '@noble/ciphers/ff1.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFf1, type Ff1Parameters, ff1Integer } from '../../../src/keys/ff1.ts';

const RUNS = Number(process.env['SHUQIAO_PROPERTY_RUNS'] ?? 1000);
const MINUTES = 60_000;
const FLOOR = 1_000_000;
const NONE = new Uint8Array();
const KEY = new Uint8Array(32).fill(1);
const NOT_A_NUMERAL = new RangeError('this is no numeral of the radix');
const TOO_SMALL = new RangeError('FF1 needs a domain of a million values');

const anyKey = fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const anyTweak = fc.uint8Array({ maxLength: 40 });
const anyRadix = fc.oneof(fc.integer({ min: 2, max: 36 }), fc.integer({ min: 2, max: 65_535 }));

const minLengthOf = (radix: number): number =>
  Array.from({ length: 20 }, (_, at) => at + 1).find((length) => BigInt(radix) ** BigInt(length) >= FLOOR) ?? 20;
const numeralsOf = (radix: number, lengths: { readonly min: number; readonly max: number }) =>
  fc.array(fc.nat(radix - 1), { minLength: lengths.min, maxLength: lengths.max });
const longEnough = (radix: number) => numeralsOf(radix, { min: minLengthOf(radix), max: 60 });

const anyCase = fc
  .record({ key: anyKey, radix: anyRadix, tweak: anyTweak })
  .chain((parameters) => longEnough(parameters.radix).map((plain) => ({ parameters, plain })));

/** SP 800-38G, algorithm 7, step by step, and its PRF as the last block of AES-CBC. */
function asWritten({ key, radix, tweak }: Ff1Parameters, plain: readonly number[]): readonly number[] {
  const aes = (mode: 'cbc' | 'ecb', data: Uint8Array): Buffer => {
    const iv = mode === 'cbc' ? Buffer.alloc(16) : null;
    return createCipheriv(`aes-${key.length * 8}-${mode}`, key, iv)
      .setAutoPadding(false)
      .update(data);
  };
  const field = (value: bigint | number, bytes: number): Buffer =>
    Buffer.from(bytes === 0 ? '' : value.toString(16).padStart(2 * bytes, '0'), 'hex');
  const num = (numerals: readonly number[]): bigint =>
    numerals.reduce((sum, numeral) => sum * BigInt(radix) + BigInt(numeral), 0n);
  const str = (length: number, value: bigint): readonly number[] =>
    length === 0 ? [] : [...str(length - 1, value / BigInt(radix)), Number(value % BigInt(radix))];
  const n = plain.length;
  const u = Math.floor(n / 2);
  const v = n - u;
  const b = Math.ceil((BigInt(radix) ** BigInt(v) - 1n).toString(2).length / 8);
  const d = 4 * Math.ceil(b / 4) + 4;
  const p = [[1, 2, 1], field(radix, 3), [10, u % 256], field(n, 4), field(tweak.length, 4)];
  let [left, right] = [plain.slice(0, u), plain.slice(u)] as readonly (readonly number[])[];
  for (let i = 0; i < 10; i += 1) {
    const zeros = Buffer.alloc((16 - ((tweak.length + b + 1) % 16)) % 16);
    const q = [tweak, zeros, [i], field(num(right ?? []), b)];
    const r = aes('cbc', Buffer.concat([...p, ...q].map((part) => Buffer.from(part)))).subarray(-16);
    const more = Array.from({ length: Math.floor(d / 16) }, (_, at) =>
      aes('ecb', field(BigInt(`0x${r.toString('hex')}`) ^ BigInt(at + 1), 16)),
    );
    const y = BigInt(`0x${Buffer.concat([r, ...more]).toString('hex', 0, d)}`);
    const m = i % 2 === 0 ? u : v;
    [left, right] = [right, str(m, (num(left ?? []) + y) % BigInt(radix) ** BigInt(m))];
  }
  return [...(left ?? []), ...(right ?? [])];
}

describe('FF1', () => {
  it(
    `is what another implementation makes of the same numerals, in every radix it has (${RUNS} cases)`,
    () => {
      fc.assert(
        fc.property(anyCase, ({ parameters, plain }) => {
          const cipher = createFf1(parameters).encrypt(plain);
          expect(cipher).toEqual(FF1(parameters.radix, parameters.key, parameters.tweak).encrypt([...plain]));
        }),
        { numRuns: RUNS },
      );
    },
    10 * MINUTES,
  );

  it('is what the standard says also in the largest radix, which the other implementation has not', () => {
    fc.assert(
      fc.property(anyKey, anyTweak, longEnough(65_536), (key, tweak, plain) => {
        const parameters = { key, radix: 65_536, tweak };
        expect(createFf1(parameters).encrypt(plain)).toEqual(asWritten(parameters, plain));
      }),
    );
  });

  it('is what the standard says where half the length does not fit the byte that it has', () => {
    const plain = Array.from({ length: 601 }, (_, at) => at % 10);
    const parameters = { key: KEY, radix: 10, tweak: NONE };
    const cipher = createFf1(parameters).encrypt(plain);
    expect(cipher).toEqual(asWritten(parameters, plain));
    expect(cipher).toEqual(FF1(10, KEY, NONE).encrypt(plain));
  });

  it(
    'gives back by decrypting what was encrypted',
    () => {
      fc.assert(
        fc.property(anyCase, ({ parameters, plain }) => {
          const ff1 = createFf1(parameters);
          expect(ff1.decrypt(ff1.encrypt(plain))).toEqual(plain);
        }),
        { numRuns: RUNS },
      );
    },
    10 * MINUTES,
  );

  it('remembers nothing of a value for the next, of another length either', () => {
    fc.assert(
      fc.property(fc.array(longEnough(10), { minLength: 2, maxLength: 6 }), anyTweak, (plains, tweak) => {
        const parameters = { key: KEY, radix: 10, tweak };
        const one = createFf1(parameters);
        for (const plain of plains) {
          const cipher = createFf1(parameters).encrypt(plain);
          expect(one.encrypt(plain)).toEqual(cipher);
          expect(one.decrypt(cipher)).toEqual(plain);
        }
      }),
    );
  });

  it('keeps the key and the tweak that it was made with, and leaves numerals as they are', () => {
    const key = KEY.slice();
    const tweak = new Uint8Array(20);
    const plain = Object.freeze([1, 2, 3, 4, 5, 6]);
    const ff1 = createFf1({ key, radix: 10, tweak });
    const before = ff1.encrypt(plain);
    key.fill(9);
    tweak.fill(9);
    expect(ff1.encrypt(plain)).toEqual(before);
    expect(ff1.encrypt([1, 2, 3, 4, 5, 6, 7])).toEqual(
      createFf1({ key: KEY, radix: 10, tweak: new Uint8Array(20) }).encrypt([1, 2, 3, 4, 5, 6, 7]),
    );
  });

  it('takes as few numerals as a million values need in the radix, and refuses one less', () => {
    fc.assert(
      fc.property(fc.oneof(anyRadix, fc.constantFrom(10, 100, 999, 1000, 1001)), (radix) => {
        const ff1 = createFf1({ key: KEY, radix, tweak: NONE });
        const fewest = Array.from({ length: minLengthOf(radix) }, () => 0);
        expect(ff1.encrypt(fewest)).toHaveLength(fewest.length);
        expect(() => ff1.encrypt(fewest.slice(1))).toThrow(TOO_SMALL);
        expect(() => ff1.decrypt(fewest.slice(1))).toThrow(TOO_SMALL);
      }),
    );
  });

  it('takes 1024 numerals and refuses one more', () => {
    const ff1 = createFf1({ key: KEY, radix: 2, tweak: NONE });
    const most = Array.from({ length: 1024 }, () => 1);
    expect(ff1.decrypt(ff1.encrypt(most))).toEqual(most);
    expect(() => ff1.encrypt([...most, 1])).toThrow(new RangeError('FF1 takes at most 1024 numerals'));
    expect(() => ff1.decrypt([...most, 1])).toThrow(new RangeError('FF1 takes at most 1024 numerals'));
  });

  it.each([10, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %s among decimal numerals, wherever it stands, and does not repeat the numerals',
    (wrong) => {
      const ff1 = createFf1({ key: KEY, radix: 10, tweak: NONE });
      for (const at of [0, 3, 6]) {
        const numerals = [1, 2, 3, 4, 5, 6, 7].with(at, wrong);
        expect(() => ff1.encrypt(numerals)).toThrow(NOT_A_NUMERAL);
        expect(() => ff1.decrypt(numerals)).toThrow(NOT_A_NUMERAL);
      }
    },
  );

  it('refuses a gap in the numerals', () => {
    const numerals = [1, 2, 3];
    numerals[6] = 7;
    expect(() => createFf1({ key: KEY, radix: 10, tweak: NONE }).encrypt(numerals)).toThrow(NOT_A_NUMERAL);
  });

  it.each([1, 0, -10, 65_537, 10.5, Number.NaN])('has no radix %s', (radix) => {
    expect(() => createFf1({ key: KEY, radix, tweak: NONE })).toThrow(new RangeError('FF1 has radices 2 to 65536'));
  });

  it.each([0, 1, 8, 15, 17, 20, 33, 40, 64])('has no key of %i bytes', (length) => {
    const parameters = { key: new Uint8Array(length), tweak: NONE };
    const refusal = new RangeError('a key of FF1 has 16, 24 or 32 bytes');
    expect(() => createFf1({ ...parameters, radix: 10 })).toThrow(refusal);
    expect(() => ff1Integer({ ...parameters, size: FLOOR })).toThrow(refusal);
  });
});

describe('FF1 over ranks', () => {
  const anySize = fc.oneof(
    fc.integer({ min: FLOOR, max: 10 * FLOOR }),
    fc.integer({ min: FLOOR, max: 2 ** 40 }),
    fc.integer({ min: FLOOR, max: Number.MAX_SAFE_INTEGER }),
    // Half of the binary numerals that hold it are no ranks of it.
    fc.integer({ min: 20, max: 52 }).map((bits) => 2 ** bits + 1),
  );
  const anyRank = anySize.chain((size) => fc.nat(size - 1).map((rank) => ({ size, rank })));

  it(
    'gives another rank of the same domain, and gives it back',
    () => {
      fc.assert(
        fc.property(anyKey, anyTweak, anyRank, (key, tweak, { size, rank }) => {
          const permutation = ff1Integer({ key, tweak, size });
          const encrypted = permutation.encrypt(rank);
          expect(Number.isInteger(encrypted) && encrypted >= 0 && encrypted < size).toBe(true);
          expect(permutation.decrypt(encrypted)).toBe(rank);
          expect(permutation.encrypt(permutation.decrypt(rank))).toBe(rank);
        }),
        { numRuns: RUNS },
      );
    },
    10 * MINUTES,
  );

  it('is FF1 over as many decimal digits where the size is a power of ten, as of a mobile number', () => {
    fc.assert(
      fc.property(anyKey, anyTweak, fc.integer({ min: 6, max: 15 }), fc.nat(), (key, tweak, digits, seed) => {
        const rank = seed % 10 ** digits;
        const cipher = createFf1({ key, radix: 10, tweak }).encrypt(
          Array.from(String(rank).padStart(digits, '0'), Number),
        );
        expect(ff1Integer({ key, tweak, size: 10 ** digits }).encrypt(rank)).toBe(Number(cipher.join('')));
      }),
    );
  });

  it(
    'is otherwise FF1 in the smaller of the decimal and the binary domain, repeated until it is a rank',
    () => {
      const walked = { times: 0 };
      fc.assert(
        fc.property(anyKey, anyTweak, anyRank, (key, tweak, { size, rank }) => {
          const decimal = String(size - 1).length;
          const binary = (size - 1).toString(2).length;
          const radix = 10n ** BigInt(decimal) < 2n ** BigInt(binary) ? 10 : 2;
          const ff1 = FF1(radix, key, tweak);
          let numerals = Array.from(rank.toString(radix).padStart(radix === 10 ? decimal : binary, '0'), Number);
          do {
            numerals = ff1.encrypt(numerals);
            walked.times += 1;
          } while (Number.parseInt(numerals.join(''), radix) >= size);
          expect(ff1Integer({ key, tweak, size }).encrypt(rank)).toBe(Number.parseInt(numerals.join(''), radix));
        }),
        { numRuns: RUNS },
      );
      expect(walked.times).toBeGreaterThan(1.1 * RUNS);
    },
    10 * MINUTES,
  );

  it('goes on from the first number that is no rank, the size itself', () => {
    const size = 2 ** 20 + 1;
    const bits = Array.from(size.toString(2), Number);
    const begins = Array.from({ length: 20 }, (_, at) => {
      const key = new Uint8Array(16).fill(at);
      return { key, rank: Number.parseInt(FF1(2, key).decrypt(bits).join(''), 2) };
    }).filter(({ rank }) => rank < size);
    expect(begins.length).toBeGreaterThan(0);
    for (const { key, rank } of begins) expect(ff1Integer({ key, tweak: NONE, size }).encrypt(rank)).toBeLessThan(size);
  });

  it('sends no two ranks to one', () => {
    const permutation = ff1Integer({ key: KEY, tweak: NONE, size: 2 ** 20 + 1 });
    const ranks = Array.from({ length: 5000 }, (_, rank) => rank);
    expect(new Set(ranks.map(permutation.encrypt)).size).toBe(ranks.length);
  });

  it('is another permutation under another key or tweak', () => {
    const ranks = Array.from({ length: 50 }, (_, rank) => rank);
    const under = (key: Uint8Array, tweak: string) =>
      ranks.map(ff1Integer({ key, tweak: new TextEncoder().encode(tweak), size: 50_000_000 }).encrypt);
    const here = under(KEY, 'here');
    // Under random permutations of so many ranks, one of fifty meets by chance once in a million.
    for (const other of [under(KEY, 'there'), under(new Uint8Array(32), 'here')])
      expect(here.filter((rank, at) => rank === other[at])).toEqual([]);
  });

  it('has a rank of zero and of the size less one, and refuses what is none', () => {
    const permutation = ff1Integer({ key: KEY, tweak: NONE, size: FLOOR + 1 });
    expect(permutation.decrypt(permutation.encrypt(0))).toBe(0);
    expect(permutation.decrypt(permutation.encrypt(FLOOR))).toBe(FLOOR);
    for (const wrong of [FLOOR + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => permutation.encrypt(wrong)).toThrow(new RangeError('this is no rank of the domain'));
      expect(() => permutation.decrypt(wrong)).toThrow(new RangeError('this is no rank of the domain'));
    }
  });

  it.each([FLOOR - 1, 10_000, 1000, 0, -FLOOR, FLOOR + 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a domain of %s values',
    (size) => {
      expect(() => ff1Integer({ key: KEY, tweak: NONE, size })).toThrow(
        new RangeError('ranks are encrypted in domains of 1 000 000 to 2^53 - 1'),
      );
    },
  );
});
