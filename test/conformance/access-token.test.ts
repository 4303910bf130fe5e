import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { type JWK, jwkOf } from '../../src/keys/jwk.ts';
import { createTokenVerifier } from '../../src/keys/verify-token.ts';
import { signed } from '../support/tokens.ts';
import { readVectors, say, vectorsFolder } from './vectors.ts';

interface VectorGroup {
  readonly comment: string;
  readonly private?: JsonObject;
  readonly public?: JsonObject;
  readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly jws?: unknown }[];
}

const NOW = 1_800_000_000;
const CLAIMS = JSON.stringify({
  iss: 'https://issuer.test',
  aud: 'https://gateway.test/exchange',
  sub: 'a.system',
  client_id: 'a.system',
  jti: 'a-random-id-of-a-token',
  iat: NOW,
  exp: NOW + 300,
  cnf: { 'x5t#S256': 'A'.repeat(43) },
});

/** With the key of the vectors for the only one of the issuer, as an issuer would publish it. */
async function verify(token: string, published: JWK) {
  const keys = async () => ({ keys: [published] });
  return await createTokenVerifier({
    issuer: 'https://issuer.test',
    audience: 'https://gateway.test/exchange',
    keys: { current: keys, refreshed: keys },
    clock: { now: () => NOW * 1000 },
  }).verify(token);
}

describe('an access token, against the JWS vectors of Wycheproof', () => {
  const folder = vectorsFolder('wycheproof', 'testvectors_v1');
  if (folder === undefined) return;
  const { testGroups } = readVectors(folder, 'json_web_signature_test.json') as {
    readonly testGroups: readonly VectorGroup[];
  };
  const cases = testGroups.flatMap(({ comment, tests, ...group }) => {
    const { d, ...published } = (group.private ?? group.public ?? {}) as JsonObject & JWK;
    return tests.map((test) => ({ name: `${test.tcId} ${comment} ${test.comment}`, d, published, jws: test.jws }));
  });
  const isOurs = ({ crv, use, key_ops: operations }: JWK): boolean =>
    crv === 'P-256' && (use ?? 'sig') === 'sig' && operations === undefined;
  const ours = cases.filter(({ d, published }) => d !== undefined && isOurs(published));
  say(
    `${cases.length} JWS vectors of Wycheproof as access tokens, ${ours.length} of them with a key that could sign one`,
  );

  it('has some keys that sign tokens, and many that must not', () => {
    expect(ours.length).toBeGreaterThan(0);
    expect(cases.length - ours.length).toBeGreaterThan(100);
  });

  // None is a token in form; so each signature, good and bad, is put below a token as well.
  it.each(cases)('is none of them, and has no signature of them: $name', async ({ published, jws }) => {
    const text = typeof jws === 'string' ? jws : JSON.stringify(jws);
    expect(await verify(text, published)).toBeUndefined();
    const head = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: published.kid ?? '' });
    const input = [head, CLAIMS].map((part) => Buffer.from(part).toString('base64url')).join('.');
    expect(await verify(`${input}.${text.split('.')[2] ?? ''}`, published)).toBeUndefined();
  });

  it.each(cases.filter(({ d, published }) => d !== undefined && published.crv === 'P-256'))(
    'is one by their key if and only if that key is for signing: $name',
    async ({ d, published }) => {
      const key = jwkOf({ ...published, d: d ?? '' }) ?? { kty: 'none' };
      const token = signed({ alg: 'ES256', typ: 'at+jwt', kid: published.kid ?? '' }, CLAIMS, key);
      expect((await verify(token, published)) !== undefined).toBe(isOurs(published));
    },
  );
});
