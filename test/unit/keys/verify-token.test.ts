import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { JWK } from '../../../src/keys/jwk.ts';
import { createTokenVerifier } from '../../../src/keys/verify-token.ts';
import { keyPair } from '../../support/keys.ts';
import { signed } from '../../support/tokens.ts';

const NOW = 1_800_000_000;
const ours = keyPair('P-256');
const edwards = keyPair('Ed25519');
const rsa = keyPair('RSA-2048');
const KEYS: readonly JWK[] = [
  { ...ours.publicJwk, kid: 'ec' },
  { ...edwards.publicJwk, kid: 'ed' },
  { ...rsa.publicJwk, kid: 'rsa' },
  { ...ours.publicJwk, kid: 'for-encryption', use: 'enc' },
  { ...ours.publicJwk, kid: 'twice' },
  { ...edwards.publicJwk, kid: 'twice' },
];

const HEADER = { alg: 'ES256', kid: 'ec', typ: 'at+jwt' } as const;
const CLAIMS: JsonObject = {
  iss: 'https://issuer.test',
  aud: 'https://gateway.test/exchange',
  sub: 'a.system',
  client_id: 'a.system',
  jti: 'a-random-id-of-a-token',
  iat: NOW - 10,
  exp: NOW + 290,
  cnf: { 'x5t#S256': 'A'.repeat(43) },
};

const verifier = (nowSeconds = NOW) =>
  createTokenVerifier({
    issuer: 'https://issuer.test',
    audience: 'https://gateway.test/exchange',
    keys: { current: async () => ({ keys: [...KEYS] }), refreshed: async () => ({ keys: [...KEYS] }) },
    clock: { now: () => nowSeconds * 1000 },
  });

async function verify(header: JsonObject, claims: JsonObject, { key = ours.privateJwk, now = NOW } = {}) {
  const token = signed({ ...HEADER, ...header }, JSON.stringify(claims), key);
  return await verifier(now).verify(token);
}
const withClaims = async (claims: JsonObject, now = NOW) => await verify({}, { ...CLAIMS, ...claims }, { now });

describe('an access token', () => {
  it('says who may call until when, signed with either algorithm', async () => {
    const expected = {
      id: 'a-random-id-of-a-token',
      system: 'a.system',
      thumbprint: 'A'.repeat(43),
      expiresAt: (NOW + 290) * 1000,
      needs: undefined,
    };
    expect(await verify({}, CLAIMS)).toEqual(expected);
    expect(await verify({ alg: 'Ed25519', kid: 'ed' }, CLAIMS, { key: edwards.privateJwk })).toEqual(expected);
    expect(await withClaims({ aud: ['https://other.test', 'https://gateway.test/exchange'] })).toEqual(expected);
  });

  it('is good from 30 seconds before it begins to 30 seconds after it ends, and not a second longer', async () => {
    const good = async (now: number) => (await withClaims({ nbf: NOW }, now)) !== undefined;
    expect(await Promise.all([NOW - 31, NOW - 30, NOW + 319, NOW + 320].map(good))).toEqual([false, true, true, false]);
    const issued = async (now: number) => (await withClaims({ iat: NOW, exp: NOW + 300 }, now)) !== undefined;
    expect(await Promise.all([NOW - 31, NOW - 30, NOW + 329, NOW + 330].map(issued))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('that lives for more than an hour is refused, whoever issued it', async () => {
    expect(await withClaims({ iat: NOW, exp: NOW + 3600 })).toBeDefined();
    expect(await withClaims({ iat: NOW, exp: NOW + 3601 })).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['another issuer', { iss: 'https://issuer.test/' }],
    ['another audience', { aud: 'https://gateway.test' }],
    ['audiences without us', { aud: ['https://a.test', 'https://b.test'] }],
    ['an end before its beginning', { iat: NOW, exp: NOW - 1 }],
    ['no end', { exp: null }],
    ['an end that is a text', { exp: `${NOW + 290}` }],
    ['no beginning', { iat: null }],
    ['a beginning in the future', { nbf: NOW + 60 }],
    ['a subject that is not its client', { sub: 'another.system' }],
    ['a client that is no text', { client_id: ['a.system'], sub: ['a.system'] }],
    ['no certificate', { cnf: {} }],
    ['a key instead of a certificate', { cnf: { jkt: 'A'.repeat(43) } }],
    ['a certificate that is no digest', { cnf: { 'x5t#S256': 'A' } }],
    ['an id that could be a number of somebody', { jti: '1990000' }],
    ['an id with a space', { jti: 'a random id of a token' }],
    ['no need at all', { authorization_details: [] }],
    ['a need of another type', { authorization_details: [{ type: 'payment', contract: 'a.b.v1', purpose: 'c' }] }],
    [
      'a need with a member that is not known',
      { authorization_details: [{ type: 'data_sharing', contract: 'a.b.v1', purpose: 'c', until: 1 }] },
    ],
    [
      'a need that is half understood',
      { authorization_details: [{ type: 'data_sharing', contract: 'a.b.v1', purpose: 'c' }, { type: 'data_sharing' }] },
    ],
  ])('with %s is refused', async (_what, claims) => {
    expect(await withClaims({})).toBeDefined();
    expect(await withClaims(claims)).toBeUndefined();
  });

  it('narrowed to needs says which', async () => {
    const need = { contract: 'a.b.v1', purpose: 'c' };
    const token = await withClaims({ authorization_details: [{ type: 'data_sharing', ...need }] });
    expect(token?.needs).toEqual([need]);
  });

  it.each<[string, JsonObject, JWK?]>([
    ['RS256, with a key of the issuer for it', { alg: 'RS256', kid: 'rsa' }, rsa.privateJwk],
    ['PS256, with a key of the issuer for it', { alg: 'PS256', kid: 'rsa' }, rsa.privateJwk],
    ['a key for something else', { kid: 'for-encryption' }],
    ['a key id that two keys have', { kid: 'twice' }],
    ['a key id of nobody', { kid: 'nobody' }],
    ['a key id that is a path', { kid: '../../../../dev/null' }],
    ['a key id that is a number', { kid: 1 }],
    ['no type', { typ: '' }],
    ['the type of any JWT', { typ: 'JWT' }],
    ['a key that it brings along', { jwk: { ...ours.publicJwk } }],
    ['an address of keys that it brings along', { jku: 'https://issuer.test/jwks' }],
    ['compression', { zip: 'DEF' }],
    ['another key', {}, keyPair('P-256').privateJwk],
  ])('with %s is refused', async (_what, header, key = ours.privateJwk) => {
    expect(await verify(header, CLAIMS, { key })).toBeUndefined();
  });

  const encoded = (value: JsonObject | string) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

  it('that is not signed is refused, whatever it calls that', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const unsigned = `${encoded({ ...HEADER, alg })}.${encoded(CLAIMS)}.`;
      expect(await verifier().verify(unsigned)).toBeUndefined();
      expect(await verifier().verify(`${unsigned}AA`)).toBeUndefined();
    }
  });

  it('that takes the public key for a shared secret is refused', async () => {
    const secrets = [JSON.stringify(KEYS[0]), ours.publicJwk.x ?? ''].map(
      (text): JWK => ({ kty: 'oct', k: encoded(text) }),
    );
    for (const key of secrets) expect(await verify({ alg: 'HS256' }, CLAIMS, { key })).toBeUndefined();
  });

  it('with an extension that has to be understood is refused, ours or not', async () => {
    for (const extra of [{ crit: ['exp'], exp: 1 }, { crit: [] }, { crit: ['alg'] }, { crit: null }, { b64: false }])
      expect(await verify(extra, CLAIMS)).toBeUndefined();
    expect(await verify({ b64: true, crit: ['b64'] }, CLAIMS)).toBeUndefined();
  });

  it('that two readers could read differently is refused, although its signature is good', async () => {
    const text = JSON.stringify(CLAIMS).replace('{', '{"client_id":"another.system",');
    expect(await verifier().verify(signed(HEADER, text, ours.privateJwk))).toBeUndefined();
  });

  it('changed in one place is refused', async () => {
    const token = signed(HEADER, JSON.stringify(CLAIMS), ours.privateJwk);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'Z', 'a', '9', '-', '_', '.', '=', '+', ' '),
        async (place, letter) => {
          const changed = token.slice(0, place) + letter + token.slice(place + 1);
          // Also if only bits are another that stand for nothing, as the last letter of a part has them.
          if (changed !== token) expect(await verifier().verify(changed)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
