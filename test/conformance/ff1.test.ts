import { describe, expect, it } from 'vitest';
import { createFf1 } from '../../src/keys/ff1.ts';
import { readVectors, say, vectorsFolder } from './vectors.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
/** What is not in the alphabet becomes -1, which is no numeral either. */
const numerals = (text: string, alphabet = ALPHABET): readonly number[] =>
  Array.from(text, (character) => alphabet.indexOf(character));

// NIST, "FF1 samples" for SP 800-38G.
const KEY_256 = '2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94';
const DECIMAL = { radix: 10, tweak: '', plain: '0123456789' };
const TWEAKED = { radix: 10, tweak: '39383736353433323130', plain: '0123456789' };
const LETTERS = { radix: 36, tweak: '3737373770717273373737', plain: '0123456789abcdefghi' };
const SAMPLES = [
  { sample: 1, bits: 128, ...DECIMAL, cipher: '2433477484' },
  { sample: 2, bits: 128, ...TWEAKED, cipher: '6124200773' },
  { sample: 3, bits: 128, ...LETTERS, cipher: 'a9tv40mll9kdu509eum' },
  { sample: 4, bits: 192, ...DECIMAL, cipher: '2830668132' },
  { sample: 5, bits: 192, ...TWEAKED, cipher: '2496655549' },
  { sample: 6, bits: 192, ...LETTERS, cipher: 'xbj3kv35jrawxv32ysr' },
  { sample: 7, bits: 256, ...DECIMAL, cipher: '6657667009' },
  { sample: 8, bits: 256, ...TWEAKED, cipher: '1001623463' },
  { sample: 9, bits: 256, ...LETTERS, cipher: 'xs8a0azh2avyalyzuwd' },
];

describe('FF1, against the samples of NIST', () => {
  it.each(SAMPLES)('encrypts and decrypts sample $sample, AES-$bits in radix $radix', (sample) => {
    const key = bytes(KEY_256.slice(0, sample.bits / 4));
    const ff1 = createFf1({ key, radix: sample.radix, tweak: bytes(sample.tweak) });
    expect(ff1.encrypt(numerals(sample.plain))).toEqual(numerals(sample.cipher));
    expect(ff1.decrypt(numerals(sample.cipher))).toEqual(numerals(sample.plain));
  });
});

interface Vector {
  readonly tcId: number;
  readonly key: string;
  readonly tweak: string;
  readonly msg: string | readonly number[];
  readonly ct: string | readonly number[];
  readonly result: 'valid' | 'invalid';
}
interface VectorGroup {
  readonly alphabet?: string;
  readonly radix: number;
  readonly tests: readonly Vector[];
}

const FILES = ['base10', 'base36', 'radix10', 'radix36'].map((name) => `aes_ff1_${name}_test.json`);
const FLOOR = 1_000_000n;

function readTests(folder: string, file: string) {
  const { testGroups } = readVectors(folder, file) as { readonly testGroups: readonly VectorGroup[] };
  return testGroups.flatMap(({ alphabet, radix, tests }) =>
    tests.map(({ tcId, result, msg, ct, key, tweak }) => {
      const read = (text: Vector['msg']) => (typeof text === 'string' ? numerals(text, alphabet) : text);
      const parameters = { key: bytes(key), radix, tweak: bytes(tweak) };
      return { tcId, result, plain: read(msg), cipher: read(ct), parameters };
    }),
  );
}

type Test = ReturnType<typeof readTests>[number];

const isBelowFloor = ({ plain, parameters }: Test): boolean => BigInt(parameters.radix) ** BigInt(plain.length) < FLOOR;
const encrypted = ({ plain, parameters }: Test): readonly number[] => createFf1(parameters).encrypt(plain);
const decrypted = ({ cipher, parameters }: Test): readonly number[] => createFf1(parameters).decrypt(cipher);
const isSame = (one: readonly number[], other: readonly number[]): boolean => one.join() === other.join();

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const idsOf = (tests: readonly Test[]): readonly number[] => tests.map(({ tcId }) => tcId);

describe('FF1, against the vectors of Wycheproof', () => {
  const folder = vectorsFolder('wycheproof', 'testvectors_v1');
  if (folder === undefined) return;
  const files = FILES.map((file) => {
    const tests = readTests(folder, file);
    const valid = tests.filter(({ result }) => result === 'valid');
    const small = valid.filter(isBelowFloor);
    const enough = valid.filter((test) => !isBelowFloor(test));
    const invalid = tests.filter(({ result }) => result === 'invalid');
    say(`${tests.length} vectors of ${file}, ${small.length} valid ones refused for a domain below a million`);
    return { file, tests, small, enough, invalid };
  });

  it.each(files)('has every vector of $file in one of three kinds', ({ tests, small, enough, invalid }) => {
    expect(small.length + enough.length + invalid.length).toBe(tests.length);
    expect(enough.length).toBeGreaterThan(2000);
    expect(small.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(300);
  });

  it.each(files)('agrees with the $enough.length valid ones of $file, both ways', ({ enough }) => {
    expect(idsOf(enough.filter((test) => !isSame(encrypted(test), test.cipher)))).toEqual([]);
    expect(idsOf(enough.filter((test) => !isSame(decrypted(test), test.plain)))).toEqual([]);
  });

  it.each(files)('refuses $small.length valid ones of $file, whose domain is below a million', ({ small }) => {
    expect(idsOf(small.filter((test) => !isRefused(() => encrypted(test))))).toEqual([]);
    expect(idsOf(small.filter((test) => !isRefused(() => decrypted(test))))).toEqual([]);
  });

  it.each(files)('refuses the $invalid.length invalid ones of $file', ({ invalid }) => {
    expect(idsOf(invalid.filter((test) => !isRefused(() => encrypted(test))))).toEqual([]);
  });
});
