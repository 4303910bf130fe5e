import { createCipheriv } from 'node:crypto';

const BLOCK = 16;
const ROUNDS = 10;
const MAX_RADIX = 2 ** 16;
/** SP 800-38G Rev. 1 (2PD) requires radix^minlen >= 1 000 000: attacks recover the values of smaller domains. */
const MIN_DOMAIN = 1_000_000;
/** The standard leaves maxlen open below 2^32. Numerals become one integer in time that grows with their square. */
const MAX_LENGTH = 1024;
const KEY_BYTES = [16, 24, 32];

export interface Ff1Parameters {
  /** 16, 24 or 32 bytes. */
  readonly key: Uint8Array;
  /** 2 to 65536. */
  readonly radix: number;
  /** May be empty, and is no secret. */
  readonly tweak: Uint8Array;
}

/**
 * Both throw RangeError for what is no numeral of the radix, for fewer numerals than a million values need, and for more
 * than 1024.
 */
export interface Ff1 {
  encrypt(numerals: readonly number[]): number[];
  decrypt(numerals: readonly number[]): number[];
}

/**
 * Format-preserving encryption FF1 (NIST SP 800-38G, algorithms 7 and 8) on AES: numerals to as many others.
 * @throws RangeError for a key or a radix outside the standard
 */
export function createFf1({ key, radix, tweak }: Ff1Parameters): Ff1 {
  if (!Number.isInteger(radix) || radix < 2 || radix > MAX_RADIX) throw new RangeError('FF1 has radices 2 to 65536');
  const parameters = { mac: createMac(key), radix, tweak: Uint8Array.from(tweak) };
  const minLength = lengthFor(radix, MIN_DOMAIN);
  // One is enough to keep: the values of one field mostly have one length.
  let latest = createFeistel(parameters, minLength);
  const feistelFor = ({ length }: readonly number[]): Feistel => {
    if (length < minLength) throw new RangeError('FF1 needs a domain of a million values');
    if (length > MAX_LENGTH) throw new RangeError('FF1 takes at most 1024 numerals');
    if (latest.length !== length) latest = createFeistel(parameters, length);
    return latest;
  };
  return {
    encrypt: (numerals) => feistelFor(numerals).encrypt(numerals),
    decrypt: (numerals) => feistelFor(numerals).decrypt(numerals),
  };
}

export interface Ff1IntegerParameters {
  readonly key: Uint8Array;
  /**
   * Should name what is encrypted: two sizes that fit the same domain, under one key and tweak, are encrypted mostly
   * alike.
   */
  readonly tweak: Uint8Array;
  /** How many ranks there are, 1 000 000 to 2^53 - 1. */
  readonly size: number;
}

/** Both throw RangeError for what is no integer in [0, size). */
export interface Ff1Integer {
  encrypt(rank: number): number;
  decrypt(rank: number): number;
}

/**
 * A permutation of [0, size): the rank is encrypted in the smallest domain of decimal or binary numerals that holds
 * the size, again and again until it is a rank (cycle walking). That ends, because a permutation comes back to where it
 * began, and takes two times on average at worst.
 * @throws RangeError for a size out of bounds or a key outside the standard
 */
export function ff1Integer({ key, tweak, size }: Ff1IntegerParameters): Ff1Integer {
  if (!Number.isSafeInteger(size) || size < MIN_DOMAIN)
    throw new RangeError('ranks are encrypted in domains of 1 000 000 to 2^53 - 1');
  const { radix, length } = smallestDomain(size);
  const ff1 = createFf1({ key, radix, tweak });
  const walk = (rank: number, step: (numerals: readonly number[]) => number[]): number => {
    if (!Number.isInteger(rank) || rank < 0 || rank >= size) throw new RangeError('this is no rank of the domain');
    let at = BigInt(rank);
    do at = toInteger(step(toNumerals(at, radix, length)), radix);
    while (at >= size);
    return Number(at);
  };
  return { encrypt: (rank) => walk(rank, ff1.encrypt), decrypt: (rank) => walk(rank, ff1.decrypt) };
}

function smallestDomain(size: number): { readonly radix: number; readonly length: number } {
  const [decimal, binary] = [lengthFor(10, size), lengthFor(2, size)];
  return 10 ** decimal < 2 ** binary ? { radix: 10, length: decimal } : { radix: 2, length: binary };
}

/** The smallest length with radix^length >= size. */
function lengthFor(radix: number, size: number): number {
  let length = 1;
  for (let domain = radix; domain < size; domain *= radix) length += 1;
  return length;
}

interface FeistelParameters {
  readonly mac: Mac;
  readonly radix: number;
  readonly tweak: Uint8Array;
}

interface Feistel extends Ff1 {
  readonly length: number;
}

/** FF1 over one length. The halves stay integers from the first round to the last. */
function createFeistel(parameters: FeistelParameters, length: number): Feistel {
  const { radix } = parameters;
  const u = Math.floor(length / 2);
  const v = length - u;
  const moduli = { even: BigInt(radix) ** BigInt(u), odd: BigInt(radix) ** BigInt(v) };
  const random = createRoundFunction(parameters, { length, widest: moduli.odd });
  const halvesOf = (numerals: readonly number[]) => ({
    a: toInteger(numerals.slice(0, u), radix),
    b: toInteger(numerals.slice(u), radix),
  });
  const join = (a: bigint, b: bigint): number[] => [...toNumerals(a, radix, u), ...toNumerals(b, radix, v)];
  return {
    length,
    encrypt(numerals) {
      let { a, b } = halvesOf(numerals);
      for (let round = 0; round < ROUNDS; round += 1) {
        const modulus = round % 2 === 0 ? moduli.even : moduli.odd;
        [a, b] = [b, (a + random(round, b)) % modulus];
      }
      return join(a, b);
    },
    decrypt(numerals) {
      let { a, b } = halvesOf(numerals);
      for (let round = ROUNDS - 1; round >= 0; round -= 1) {
        const modulus = round % 2 === 0 ? moduli.even : moduli.odd;
        // BigInt's remainder takes the sign of the dividend.
        const rest = (b - random(round, a)) % modulus;
        [a, b] = [rest < 0n ? rest + modulus : rest, a];
      }
      return join(a, b);
    },
  };
}

/** Steps 3 to 6 iv of algorithm 7: from a round and half of the numerals to a random integer, y. */
function createRoundFunction(
  { mac, radix, tweak }: FeistelParameters,
  { length, widest }: { readonly length: number; readonly widest: bigint },
): (round: number, half: bigint) => bigint {
  const b = Math.ceil((widest - 1n).toString(2).length / 8);
  const d = 4 * Math.ceil(b / 4) + 4;
  const p = Buffer.from([1, 2, 1, 0, 0, 0, ROUNDS, Math.floor(length / 2) % 256, 0, 0, 0, 0, 0, 0, 0, 0]);
  p.writeUIntBE(radix, 3, 3);
  p.writeUInt32BE(length, 8);
  p.writeUInt32BE(tweak.length, 12);
  const q = Buffer.alloc(BLOCK * Math.ceil((tweak.length + 1 + b) / BLOCK));
  q.set(tweak);
  // P and the whole blocks of the tweak are the same in every round of every value.
  const same = tweak.length - (tweak.length % BLOCK);
  const begun = mac(mac(new Uint8Array(BLOCK), p), q.subarray(0, same));
  return (round, half) => {
    q[q.length - b - 1] = round;
    q.write(half.toString(16).padStart(2 * b, '0'), q.length - b, 'hex');
    const r = mac(begun, q.subarray(same));
    const blocks = Array.from({ length: Math.ceil(d / BLOCK) }, (_, j) => (j === 0 ? r : mac(r, counter(j))));
    return BigInt(`0x${Buffer.concat(blocks).toString('hex', 0, d)}`);
  };
}

function counter(j: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.writeUInt32BE(j, BLOCK - 4);
  return block;
}

/** From the state of a CBC-MAC to its state after some more whole blocks. */
type Mac = (state: Uint8Array, blocks: Uint8Array) => Uint8Array;

/** Algorithm 6, PRF. ECB, because one cipher object then serves for ever: a block leaves nothing in it for the next. */
function createMac(key: Uint8Array): Mac {
  if (!KEY_BYTES.includes(key.length)) throw new RangeError('a key of FF1 has 16, 24 or 32 bytes');
  const aes = createCipheriv(`aes-${8 * key.length}-ecb`, key, null).setAutoPadding(false);
  const input = new Uint8Array(BLOCK);
  return (state, blocks) => {
    let after = state;
    for (let offset = 0; offset < blocks.length; offset += BLOCK) {
      for (let at = 0; at < BLOCK; at += 1) input[at] = (after[at] ?? 0) ^ (blocks[offset + at] ?? 0);
      after = aes.update(input);
    }
    return after;
  };
}

/** @throws RangeError, which does not repeat the numeral: it may be part of somebody's number */
function toInteger(numerals: readonly number[], radix: number): bigint {
  const base = BigInt(radix);
  let integer = 0n;
  for (const numeral of numerals) {
    if (!Number.isInteger(numeral) || numeral < 0 || numeral >= radix)
      throw new RangeError('this is no numeral of the radix');
    integer = integer * base + BigInt(numeral);
  }
  return integer;
}

function toNumerals(integer: bigint, radix: number, length: number): number[] {
  const base = BigInt(radix);
  const numerals = Array.from({ length }, () => 0);
  let rest = integer;
  for (let at = length - 1; at >= 0; at -= 1) {
    numerals[at] = Number(rest % base);
    rest /= base;
  }
  return numerals;
}
