import { createCipheriv } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openToken, sealToken } from '../../src/keys/siv.ts';
import { anyText } from '../support/generate-json.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const VECTORS = [
  {
    name: 'A.1, deterministic',
    key: bytes('fffefdfc fbfaf9f8 f7f6f5f4 f3f2f1f0 f0f1f2f3 f4f5f6f7 f8f9fafb fcfdfeff'),
    data: [bytes('10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627')],
    plain: bytes('11223344 55667788 99aabbcc ddee'),
    sealed: bytes('85632d07 c6e8f37f 950acd32 0a2ecc93 40c02b96 90c4dc04 daef7f6a fe5c'),
  },
  {
    name: 'A.2, with a nonce',
    key: bytes('7f7e7d7c 7b7a7978 77767574 73727170 40414243 44454647 48494a4b 4c4d4e4f'),
    data: [
      bytes('00112233 44556677 8899aabb ccddeeff deaddada deaddada ffeeddcc bbaa9988 77665544 33221100'),
      bytes('10203040 50607080 90a0'),
      bytes('09f91102 9d74e35b d84156c5 635688c0'),
    ],
    plain: bytes(
      '74686973 20697320 736f6d65 20706c61 696e7465 78742074 6f20656e 63727970 74207573 696e6720 5349562d 414553',
    ),
    sealed: bytes(
      '7bdb6e3b 432667eb 06f4d14b ff2fbd0f cb900f2f ddbe4043 26601965 c889bf17 ' +
        'dba77ceb 094fa663 b7a3f748 ba8af829 ea64ad54 4a272e9c 485b62a3 fd5c0d',
    ),
  },
];

const ZERO = Buffer.alloc(16);
const xor = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
/** Times x in GF(2^128), §2.3. */
function doubled(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString('hex')}`);
  const shifted = BigInt.asUintN(128, value << 1n) ^ (value >> 127n === 1n ? 0x87n : 0n);
  return Buffer.from(shifted.toString(16).padStart(32, '0'), 'hex');
}
const padded = (data: Buffer): Buffer => Buffer.concat([data, bytes('80'), ZERO]).subarray(0, 16);

/** RFC 4493, as the last block of AES-CBC. */
function cmac(key: Buffer, data: Buffer): Buffer {
  const encrypt = (blocks: Buffer) =>
    createCipheriv(`aes-${key.length * 8}-cbc`, key, ZERO)
      .setAutoPadding(false)
      .update(blocks)
      .subarray(-16);
  const k1 = doubled(encrypt(ZERO));
  const whole = data.length === 0 ? 0 : 16 * (Math.ceil(data.length / 16) - 1);
  const rest = data.subarray(whole);
  const last = rest.length === 16 ? xor(rest, k1) : xor(padded(rest), doubled(k1));
  return encrypt(Buffer.concat([data.subarray(0, whole), last]));
}

/** RFC 5297 §2.4 and §2.6 step by step, on AES-CBC and AES-CTR of OpenSSL. */
function asWritten(key: Buffer, data: readonly Buffer[], plain: Buffer): Buffer {
  const [forMac, forCtr] = [key.subarray(0, key.length / 2), key.subarray(key.length / 2)];
  const d = data.reduce((d, part) => xor(doubled(d), cmac(forMac, part)), cmac(forMac, ZERO));
  const cut = plain.length - 16;
  const t =
    cut < 0 ? xor(doubled(d), padded(plain)) : Buffer.concat([plain.subarray(0, cut), xor(plain.subarray(cut), d)]);
  const v = cmac(forMac, t);
  const q = Buffer.from(v.map((byte, at) => (at === 8 || at === 12 ? byte & 0x7f : byte)));
  return Buffer.concat([v, createCipheriv(`aes-${forCtr.length * 8}-ctr`, forCtr, q).update(plain)]);
}

describe('AES-SIV, against RFC 5297', () => {
  it.each(VECTORS)('is of the library and of the algorithm step by step what $name says', (vector) => {
    const { key, data, plain, sealed } = vector;
    expect(asWritten(key, data, plain)).toEqual(sealed);
    expect(Buffer.from(aessiv(key, ...data).encrypt(plain))).toEqual(sealed);
    expect(Buffer.from(aessiv(key, ...data).decrypt(sealed))).toEqual(plain);
  });

  // The vectors have keys of 32 bytes; a token's has 64.
  it('is what a token is made of, with each text of the context a string of associated data', () => {
    const key = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes));
    const long = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(key, fc.array(anyText, { maxLength: 5 }), fc.oneof(anyText, long), (key, context, text) => {
        const data = context.map((part) => Buffer.from(part, 'utf8'));
        const token = asWritten(key, data, Buffer.from(text, 'utf8')).toString('base64url');
        expect(sealToken(key, context, text)).toBe(token);
        expect(openToken(key, context, token)).toBe(text);
      }),
    );
  });
});
