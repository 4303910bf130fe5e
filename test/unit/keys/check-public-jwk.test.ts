import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { checkPublicJwk, KeyRefusedError } from '../../../src/keys/check-public-jwk.ts';
import { isEd25519Point } from '../../../src/keys/ed25519-point.ts';
import { type KeyKind, keyPair } from '../../support/keys.ts';

const publicOf = (kind: KeyKind): Record<string, string> => ({
  ...(keyPair(kind).publicJwk as Record<string, string>),
});

/** Why it is not taken; undefined if it is. */
function refusal(value: JsonValue, use: 'sig' | 'enc', alg?: string): string | undefined {
  try {
    checkPublicJwk(value, use, alg);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeyRefusedError)) throw error;
    return error.message;
  }
}

const P256 = publicOf('P-256');
const RSA = publicOf('RSA-2048');
const ED = publicOf('Ed25519');

describe('a public key is registered', () => {
  it.each([
    ['P-256', 'sig', 'ES256'],
    ['P-256', 'enc', 'ECDH-ES+A256KW'],
    ['Ed25519', 'sig', 'Ed25519'],
    ['RSA-2048', 'enc', 'RSA-OAEP-256'],
  ] as const)('%s for %s, as %s, under its thumbprint and without what else its file says', async (kind, use, alg) => {
    const jwk = publicOf(kind);
    const checked = checkPublicJwk(
      { ...jwk, kid: '../../etc/passwd', alg, use, x5u: 'https://example.test' },
      use,
      alg,
    );
    expect(checked).toEqual({ kid: await calculateJwkThumbprint(jwk as JWK), alg, jwk });
  });

  it('of the example of RFC 7638 under the thumbprint that it has there', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(checkPublicJwk({ kty: 'RSA', n, e: 'AQAB', alg: 'RSA-OAEP-256', kid: '2011-04-29' }, 'enc').kid).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    );
  });

  it('if its operations are those of its use, also by an older name of its algorithm', () => {
    expect(refusal({ ...P256, key_ops: ['verify'] }, 'sig')).toBeUndefined();
    expect(refusal({ ...P256, key_ops: ['wrapKey'] }, 'enc')).toBeUndefined();
    expect(refusal({ ...P256, key_ops: [] }, 'enc')).toBeUndefined();
    expect(refusal({ ...ED, alg: 'EdDSA' }, 'sig')).toBeUndefined();
  });
});

describe('a key is refused', () => {
  it.each(['P-256', 'RSA-2048', 'Ed25519'] as const)('that is private, or half of it (%s)', (kind) => {
    const { privateJwk } = keyPair(kind);
    expect(refusal({ ...(privateJwk as object) }, kind === 'Ed25519' ? 'sig' : 'enc')).toMatch(/^This is a private/);
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('with a member %s, whatever is in it', (member) => {
    for (const value of ['', null, 'AA', []])
      expect(refusal({ ...RSA, [member]: value }, 'enc')).toMatch(/^This is a private or secret key/);
  });

  it.each([
    ['RSA-1024', 'enc'],
    ['P-384', 'enc'],
    ['P-384', 'sig'],
    ['Ed25519', 'enc'],
    ['RSA-2048', 'sig'],
  ] as const)('of a kind that is not used or weak: %s for %s', (kind, use) => {
    expect(refusal(publicOf(kind), use)).toMatch(/^A key to/);
  });

  it.each([
    [{ kty: 'EC', crv: 'secp256k1', x: P256['x'] ?? '', y: P256['y'] ?? '' }, 'sig'],
    [{ kty: 'OKP', crv: 'X25519', x: ED['x'] ?? '' }, 'enc'],
    [{ kty: 'OKP', crv: 'Ed448', x: ED['x'] ?? '' }, 'sig'],
    [{ kty: 'oct' }, 'enc'],
    [{ kty: 'ec', crv: 'P-256', x: P256['x'] ?? '', y: P256['y'] ?? '' }, 'sig'],
    [{ kty: 'none' }, 'sig'],
  ] as const)('of a curve or type that is not listed (%#)', (jwk, use) => {
    expect(refusal(jwk, use)).toMatch(/^A key to/);
  });

  it.each([null, 'key', 1, [], {}, [P256], { keys: [P256] }])('that is no JWK (%#)', (value) => {
    expect(refusal(value as JsonValue, 'sig')).toBeDefined();
  });

  it.each([
    [{ alg: 'none' }, 'sig'],
    [{ alg: 'HS256' }, 'sig'],
    [{ alg: 'ES384' }, 'sig'],
    [{ alg: 'ECDH-ES' }, 'enc'],
    [{ alg: 'ES256' }, 'enc'],
    [{ alg: 1 }, 'sig'],
    [{ use: 'enc' }, 'sig'],
    [{ use: 'sig' }, 'enc'],
    [{ key_ops: ['sign'] }, 'sig'],
    [{ key_ops: ['verify', 'wrapKey'] }, 'sig'],
    [{ key_ops: ['verify'] }, 'enc'],
    [{ key_ops: 'verify' }, 'sig'],
  ] as const)('that says of itself that it is for something else: %j for %s', (members, use) => {
    expect(refusal({ ...P256, ...members }, use)).toMatch(/^The key says/);
  });

  it('that is registered for an algorithm that is not its own', () => {
    expect(refusal(P256, 'enc', 'RSA-OAEP-256')).toMatch(/is for ECDH-ES\+A256KW and nothing else/);
    expect(refusal(RSA, 'enc', 'RSA-OAEP')).toMatch(/is for RSA-OAEP-256 and nothing else/);
  });

  it('that has members of two kinds', () => {
    expect(refusal({ ...P256, n: RSA['n'] ?? '', e: 'AQAB' }, 'enc')).toMatch(/another kind/);
    expect(refusal({ ...RSA, crv: 'P-256' }, 'enc')).toMatch(/another kind/);
    expect(refusal({ ...ED, y: ED['x'] ?? '' }, 'sig')).toMatch(/another kind/);
  });

  it('that is not a point of its curve', () => {
    expect(refusal({ ...P256, y: P256['x'] ?? '' }, 'sig')).toBe('The numbers of the key make no key.');
    const zero = Buffer.alloc(32).toString('base64url');
    expect(refusal({ ...P256, x: zero, y: zero }, 'sig')).toBe('The numbers of the key make no key.');
  });

  it('whose numbers are written in another way than the one right one', () => {
    const { x = '', y = '' } = P256;
    for (const other of [`${x}=`, `${x}A`, ` ${x}`, x.slice(0, -1), `AA${x}`, ''])
      expect(refusal({ kty: 'EC', crv: 'P-256', x: other, y }, 'sig')).toBeDefined();
    const n = Buffer.concat([Buffer.alloc(1), Buffer.from(RSA['n'] ?? '', 'base64url')]).toString('base64url');
    expect(refusal({ ...RSA, n }, 'enc')).toMatch(/begins with zeros/);
  });

  it.each([1n, 3n, 65_536n, 2n ** 32n + 1n])('RSA with the exponent %s', (exponent) => {
    const hex = exponent.toString(16);
    const e = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
    expect(refusal({ ...RSA, e }, 'enc')).toMatch(/exponent/);
  });

  it('RSA with a small factor, or so long that sealing to it would cost too much', () => {
    const modulus = BigInt(`0x${Buffer.from(RSA['n'] ?? '', 'base64url').toString('hex')}`);
    const written = (number: bigint): string => {
      const hex = number.toString(16);
      return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
    };
    expect(refusal({ ...RSA, n: written(modulus * 3n) }, 'enc')).toMatch(/small factor/);
    expect(refusal({ ...RSA, n: written(2n ** 9000n + 1n) }, 'enc')).toMatch(/8192 bits at most/);
  });

  it('without repeating anything of it', () => {
    const { privateJwk } = keyPair('P-256');
    const said = refusal({ ...(privateJwk as object) }, 'sig');
    for (const value of [privateJwk.d, privateJwk.x, privateJwk.y]) expect(said).not.toContain(String(value));
  });
});

describe('a point of Ed25519', () => {
  const littleEndian = (number: bigint): Uint8Array =>
    Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
  const P = 2n ** 255n - 19n;

  it('is what OpenSSL makes', () => {
    for (let count = 0; count < 20; count += 1) {
      const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
      expect(isEd25519Point(Buffer.from(x, 'base64url'))).toBe(true);
    }
  });

  // The eight of small order, as Chalkias et al. list them (https://eprint.iacr.org/2020/1244, table 6a), and their other spellings.
  it.each([
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ])('is none of small order: %s', (hex) => {
    expect(isEd25519Point(Buffer.from(hex, 'hex'))).toBe(false);
  });

  it('is about every second y, none beyond the field, and nothing of another length', () => {
    fc.assert(fc.property(fc.bigInt({ min: P, max: 2n ** 255n - 1n }), (y) => !isEd25519Point(littleEndian(y))));
    let points = 0;
    for (let y = 2n; y < 402n; y += 1n) points += isEd25519Point(littleEndian(y)) ? 1 : 0;
    expect(points).toBeGreaterThan(140);
    expect(points).toBeLessThan(260);
    expect(isEd25519Point(new Uint8Array(31))).toBe(false);
  });
});
