import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { keyRegister } from '../../src/store/registered-keys.ts';
import { freeze, lift } from '../support/freezes.ts';
import {
  AGENT_DESK,
  askToken,
  askTokenWith,
  type Harness,
  REGISTRATION,
  type Reply,
  send,
  startHarness,
  tokenIfAny,
} from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { makeOtherCertificates } from '../support/other-certificates.ts';
import { expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { partsOf, registerSignatureKey, type SystemKey, signed } from '../support/tokens.ts';

const ISSUER = 'https://localhost';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let harness: Harness;
let origin: string;
let key: SystemKey;
let systems: Snapshot['systems'];
beforeAll(async () => {
  harness = await startHarness({
    environment: { SHUQIAO_TOKEN_TTL_SECONDS: '120' },
    parts: ({ snapshot }) => {
      systems = snapshot.systems;
      return {
        snapshot: {
          ...snapshot,
          get systems() {
            return systems;
          },
        },
      };
    },
  });
  origin = harness.gateway.urls.exchange;
  key = await registerSignatureKey(harness.database);
});
afterAll(async () => await harness.close());

const bodyOf = (reply: Reply): JsonObject => JSON.parse(reply.body) as JsonObject;
const tokenOf = (reply: Reply): string => (JSON.parse(reply.body) as { readonly access_token: string }).access_token;
const claimsOf = (reply: Reply): JsonObject => partsOf(tokenOf(reply))[1];
/** As RFC 6749 §5.2 has it, on an answer of ours: named, not to be stored, and nothing of how it came about. */
function expectRefused(reply: Reply, error: string, status = 400): void {
  expect([reply.status, bodyOf(reply)['error']]).toEqual([status, error]);
  expect(Object.keys(bodyOf(reply)).sort()).toEqual(['error', 'error_description']);
  expect(reply.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
  });
  expect(reply.headers['request-id']).toMatch(/^[\w-]{36}$/);
  expect(reply.body).not.toMatch(/node_modules|\bat |\.js/);
  const foreign = Object.keys(reply.headers).filter((name) => /^access-control|^vary|^x-|cookie/.test(name));
  expect(foreign).toEqual([]);
}

describe('the token endpoint', () => {
  it('gives a token for the certificate of a system, bound to it, for the exchange, for as long as is set', async () => {
    const reply = await askToken(origin);
    expect(bodyOf(reply)).toEqual({
      access_token: expect.any(String) as string,
      expires_in: 120,
      token_type: 'Bearer',
    });
    const [header, claims] = partsOf(tokenOf(reply));
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) as string });
    expect(claims).toEqual({
      iss: ISSUER,
      aud: `${ISSUER}/exchange`,
      sub: REGISTRATION,
      client_id: REGISTRATION,
      jti: expect.stringMatching(/^[\w-]{43}$/) as string,
      iat: expect.any(Number) as number,
      exp: Number(claims['iat']) + 120,
      cnf: { 'x5t#S256': expect.stringMatching(/^[\w-]{43}$/) as string },
    });
    expect(await harness.call({ token: tokenOf(reply) })).toMatchObject({ status: 200 });
  });

  it('gives none without a certificate, or for another system than that of the certificate', async () => {
    expectRefused(await askToken(origin, { system: undefined }), 'invalid_client', 401);
    for (const id of [AGENT_DESK, 'no.such', 'constructor', `${REGISTRATION} `, '../x'])
      expectRefused(await askToken(origin, { parameters: { client_id: id } }), 'invalid_client', 401);
    const another = makeOtherCertificates('another', [{ id: REGISTRATION, department: 'market-regulation' }]);
    // By an answer, or by a connection that ends (SECURITY.md).
    expect(await tokenIfAny(origin, { certificate: another.system(REGISTRATION) })).toBeNull();
  });

  it('gives none for a system of another department than the certificate names', async () => {
    const made = makeOtherCertificates('trusted', [{ id: REGISTRATION, department: 'taxation' }]);
    expectRefused(await askToken(origin, { certificate: made.system(REGISTRATION) }), 'invalid_client', 401);
  });

  it('gives none for a system from the moment that it is not registered any more', async () => {
    const before = systems;
    onTestFinished(() => {
      systems = before;
    });
    systems = new Map([...before].filter(([id]) => id !== REGISTRATION));
    expectRefused(await askToken(origin), 'invalid_client', 401);
  });

  it('gives none to a system or a certificate that is frozen, at the very next request, and again when it is not', async () => {
    const [entry] = (await harness.entries()).slice(-1);
    for (const thing of [
      { kind: 'system', value: REGISTRATION },
      { kind: 'certificate', value: entry?.['certificate'] as string },
    ] as const) {
      await freeze(harness.database, thing);
      expectRefused(await askToken(origin), 'invalid_client', 401);
      expect((await askToken(origin, { system: AGENT_DESK })).status).toBe(200);
      await lift(harness.database, thing);
      expect((await askToken(origin)).status).toBe(200);
    }
  });

  it('gives none while the database cannot say who is frozen', async () => {
    await harness.database.tamper('revoke select (kind, value) on identity.freeze from shuqiao_exchange');
    const reply = await askToken(origin);
    await harness.database.tamper('grant select (kind, value) on identity.freeze to shuqiao_exchange');
    expectProblem(reply, 'ledger.unwritable');
    expect((await askToken(origin)).status).toBe(200);
  });

  it.each<[string, string, string]>([
    [
      'a parameter twice',
      `grant_type=client_credentials&client_id=${REGISTRATION}&client_id=${REGISTRATION}`,
      'invalid_request',
    ],
    [
      'a resource twice',
      `grant_type=client_credentials&client_id=${REGISTRATION}&resource=a&resource=b`,
      'invalid_request',
    ],
    [
      'an unknown parameter twice',
      `grant_type=client_credentials&client_id=${REGISTRATION}&x=1&x=2`,
      'invalid_request',
    ],
    ['no grant type', `client_id=${REGISTRATION}`, 'invalid_request'],
    ['another grant type', `grant_type=authorization_code&code=1&client_id=${REGISTRATION}`, 'unsupported_grant_type'],
    ['a grant type that objects have', `grant_type=constructor&client_id=${REGISTRATION}`, 'unsupported_grant_type'],
    [
      'another resource',
      `grant_type=client_credentials&client_id=${REGISTRATION}&resource=https%3A%2F%2Fa.test`,
      'invalid_target',
    ],
    [
      'a scope, of which there are none',
      `grant_type=client_credentials&client_id=${REGISTRATION}&scope=openid`,
      'invalid_request',
    ],
    ['no client', 'grant_type=client_credentials', 'invalid_request'],
    ['nothing', '', 'invalid_request'],
  ])('refuses a form with %s', async (_what, form, error) => {
    expectRefused(await askTokenWith(origin, form), error);
  });

  it('refuses what is no form, a secret in a header or in the form, and a body that is too large', async () => {
    const form = `grant_type=client_credentials&client_id=${REGISTRATION}`;
    const json = { 'Content-Type': 'application/json' };
    expectRefused(await askTokenWith(origin, form, { headers: json }), 'invalid_request');
    const basic = { Authorization: `Basic ${Buffer.from(`${REGISTRATION}:secret`).toString('base64')}` };
    expectRefused(await askTokenWith(origin, form, { headers: basic }), 'invalid_request');
    expectRefused(await askTokenWith(origin, `${form}&client_secret=secret`), 'invalid_request');
    expectProblem(await askTokenWith(origin, `${form}&x=${'y'.repeat(20_000)}`), 'request.too-large');
  });

  it('takes no other method, and is the only thing of its kind: nothing else of the library is served', async () => {
    expectProblem(await send(origin, { path: '/oauth/token', method: 'GET' }), 'route.method-not-allowed');
    expectProblem(await send(origin, { path: '/oauth/token', method: 'OPTIONS' }), 'route.method-not-allowed');
    for (const path of [
      '/auth',
      '/me',
      '/reg',
      '/jwks',
      '/token',
      '/token/introspection',
      '/session/end',
      '/interaction/a',
    ])
      expectProblem(await send(origin, { path, method: 'GET' }), 'route.unknown');
  });
});

describe('a token request with authorization_details', () => {
  const need = { type: 'data_sharing', contract: 'public-security.resident-identity.v1', purpose: 'open-a-shop' };
  const asking = async (details: unknown) =>
    await askToken(origin, {
      parameters: { authorization_details: typeof details === 'string' ? details : JSON.stringify(details) },
    });

  it('narrows the token, and says so beside it', async () => {
    const reply = await asking([need]);
    expect(bodyOf(reply)['authorization_details']).toEqual([need]);
    expect(claimsOf(reply)['authorization_details']).toEqual([need]);
  });

  it.each<[string, unknown]>([
    ['another type', [{ ...need, type: 'payment' }]],
    ['a type that objects have', [{ ...need, type: 'constructor' }]],
    ['a member that is not known', [{ ...need, actions: ['read'] }]],
    ['a contract that is not registered', [{ ...need, contract: 'public-security.no-such.v1' }]],
    ['a contract that the system has no grant for', [{ ...need, contract: 'public-security.household.v1' }]],
    ['a purpose that is not registered', [{ ...need, purpose: 'no-such' }]],
    ['one good need and one that is none', [need, { ...need, purpose: 'no-such' }]],
    ['a need that two readers could read differently', JSON.stringify([need]).replace('{', '{"purpose":"x",')],
    ['no list', need],
    ['no JSON', '[{'],
    ['more needs than may be', Array.from({ length: 17 }, () => need)],
  ])('with %s is refused', async (_what, details) => {
    expectRefused(await asking(details), 'invalid_authorization_details');
  });
});

describe('a signed assertion', () => {
  let claims: JsonObject;
  beforeEach(() => {
    const now = Math.floor(Date.now() / 1000);
    claims = { iss: REGISTRATION, sub: REGISTRATION, aud: ISSUER, jti: randomUUID(), iat: now, exp: now + 60 };
  });
  const assertion = (
    changed: JsonObject = {},
    header: JsonObject & { readonly alg: string } = { alg: 'Ed25519', kid: key.kid },
    by = key.privateJwk,
  ): string => signed(header, JSON.stringify({ ...claims, ...changed }), by);
  const present = async (text: string, { system = REGISTRATION, gateway = origin } = {}) =>
    await askTokenWith(
      gateway,
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: ASSERTION,
        client_assertion: text,
      }).toString(),
      { system },
    );

  it('gets a token as good as a certificate does, and bound to the certificate', async () => {
    const reply = await present(assertion());
    expect(claimsOf(reply)).toMatchObject({
      client_id: REGISTRATION,
      cnf: { 'x5t#S256': expect.any(String) as string },
    });
    expect((await harness.call({ token: tokenOf(reply) })).status).toBe(200);
  });

  it('is good once, in every gateway of the cluster', async () => {
    const another = await startHarness({ database: async () => ({ ...harness.database, close: async () => {} }) });
    onTestFinished(another.close);
    const text = assertion();
    const gateways = [origin, another.gateway.urls.exchange];
    const replies = await Promise.all(
      Array.from(
        { length: 8 },
        async (_each, index) => await present(text, { gateway: gateways[index % 2] ?? origin }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(7);
    for (const gateway of gateways) expectRefused(await present(text, { gateway }), 'invalid_client', 401);
  });

  it.each<[string, () => JsonObject]>([
    ['for another audience', () => ({ aud: 'https://other.test' })],
    ['for our token endpoint, which is no issuer', () => ({ aud: `${ISSUER}/oauth/token` })],
    ['for us and another', () => ({ aud: [ISSUER, 'https://other.test'] })],
    ['that has expired', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
    ['that lives for longer than five minutes', () => ({ exp: Math.floor(Date.now() / 1000) + 400 })],
    ['without an end', () => ({ exp: null })],
    ['that is not good yet', () => ({ nbf: Math.floor(Date.now() / 1000) + 120 })],
    ['without an id', () => ({ jti: null })],
    ['with an id that is longer than any', () => ({ jti: 'x'.repeat(257) })],
    ['of another issuer', () => ({ iss: AGENT_DESK })],
    ['about another system', () => ({ sub: AGENT_DESK })],
  ])('%s is refused', async (_what, changed) => {
    expectRefused(await present(assertion(changed())), 'invalid_client', 401);
  });

  it('is refused over the certificate of another system, whose token it would be', async () => {
    expectRefused(await present(assertion(), { system: AGENT_DESK }), 'invalid_client', 401);
  });

  it('of a system that is frozen is refused, and uses up no id', async () => {
    const thing = { kind: 'system', value: REGISTRATION } as const;
    const text = assertion();
    await freeze(harness.database, thing);
    expectRefused(await present(text), 'invalid_client', 401);
    await lift(harness.database, thing);
    expect((await present(text)).status).toBe(200);
  });

  it('by another key, another algorithm or with an unknown extension is refused', async () => {
    const { privateJwk } = keyPair('Ed25519');
    const rsa = keyPair('RSA-2048').privateJwk;
    const secret = { kty: 'oct', k: Buffer.from(JSON.stringify(key.privateJwk.x)).toString('base64url') };
    const { kid } = key;
    for (const text of [
      assertion({}, { alg: 'Ed25519', kid }, privateJwk),
      assertion({}, { alg: 'ES256', kid }, keyPair('P-256').privateJwk),
      assertion({}, { alg: 'RS256', kid }, rsa),
      assertion({}, { alg: 'HS256', kid }, secret),
      assertion({}, { alg: 'Ed25519', kid: '../../x' }),
      assertion({}, { alg: 'Ed25519', kid, crit: ['x'], x: 1 }),
      assertion({}, { alg: 'Ed25519', kid, typ: 'at+jwt' }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${assertion().split('.')[1]}.`,
    ])
      expectRefused(await present(text), 'invalid_client', 401);
  });

  it('of a system without a registered key, and by a key that was withdrawn, is refused', async () => {
    const desk = { iss: AGENT_DESK, sub: AGENT_DESK };
    expectRefused(await present(assertion(desk), { system: AGENT_DESK }), 'invalid_client', 401);
    const once = await registerSignatureKey(harness.database, AGENT_DESK);
    await new Promise((done) => setTimeout(done, 1000));
    const header = { alg: 'Ed25519', kid: once.kid };
    const reply = await present(assertion(desk, header, once.privateJwk), { system: AGENT_DESK });
    expect(reply.status).toBe(200);
    await keyRegister(harness.database.databases.control).withdraw(AGENT_DESK, once.kid);
    await new Promise((done) => setTimeout(done, 1000));
    const again = assertion({ ...desk, jti: randomUUID() }, header, once.privateJwk);
    expectRefused(await present(again, { system: AGENT_DESK }), 'invalid_client', 401);
  });

  it('while the database is away gets no token, and a problem that says so', async () => {
    await harness.database.tamper(
      'revoke execute on function identity.use_id(text, text, timestamptz) from shuqiao_exchange',
    );
    const reply = await present(assertion());
    await harness.database.tamper(
      'grant execute on function identity.use_id(text, text, timestamptz) to shuqiao_exchange',
    );
    expectProblem(reply, 'ledger.unwritable');
  });

  it('is in no log, metric or entry, and neither is what it was refused for', async () => {
    expectNoneOf(await kept(harness), [assertion().split('.')[1] ?? '', 'client_assertion', 'oidc-provider']);
  });
});

describe('what describes the authorization server', () => {
  it('is at both well-known places, with its own address whatever host was asked', async () => {
    const documents = await Promise.all(
      ['oauth-authorization-server', 'openid-configuration'].map(
        async (name) =>
          await send(origin, { path: `/.well-known/${name}`, method: 'GET', headers: { Host: '127.0.0.1' } }),
      ),
    );
    for (const reply of documents) {
      expect(reply.body).not.toContain('127.0.0.1');
      expect(bodyOf(reply)).toMatchObject({
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/oauth/token`,
        jwks_uri: `${ISSUER}/oauth/jwks`,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'],
        tls_client_certificate_bound_access_tokens: true,
        authorization_details_types_supported: ['data_sharing'],
      });
    }
  });

  it('has the key that tokens are signed with, and nothing private of it', async () => {
    const reply = await send(origin, { path: '/oauth/jwks', method: 'GET' });
    expect(reply.headers['content-type']).toContain('application/jwk-set+json');
    const { keys } = JSON.parse(reply.body) as { readonly keys: readonly JsonObject[] };
    const [header] = partsOf(await harness.token());
    expect(keys.map(({ kid }) => kid)).toContain(header['kid']);
    for (const published of keys)
      expect(Object.keys(published).filter((name) => 'dpq'.includes(name[0] ?? ''))).toEqual([]);
  });
});
