import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { STAGES } from '../../src/domain/observer.ts';
import { AGENT_DESK, type Harness, IDENTITY, REGISTRATION, startHarness } from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { makeOtherCertificates } from '../support/other-certificates.ts';
import { expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { connectRaw, rawRequest, statuses } from '../support/raw-connection.ts';
import { partsOf, resigned, signed } from '../support/tokens.ts';

let harness: Harness;
let good: string;
beforeAll(async () => {
  harness = await startHarness();
  good = await harness.token();
});
afterAll(async () => await harness.close());

const invalid = { code: 'token.invalid', stages: [] } as const;
const changed = async (claims: JsonObject, header: JsonObject = {}): Promise<string> =>
  await resigned(good, harness.keyRing, { claims, header });

describe('a request', () => {
  it('without a token is refused, and told what to send', async () => {
    const reply = await harness.call({ token: null });
    const entry = await expectEntered(harness, reply, { code: 'token.missing', stages: [] });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
    expect(entry).not.toHaveProperty('token');
  });

  it('with a good one is answered, and its entry says which token it was', async () => {
    const reply = await harness.call({ token: await changed({}) });
    expect(reply.status).toBe(200);
    const [entry] = (await harness.entries()).slice(-1);
    expect(entry?.['token']).toBe(partsOf(good)[1]['jti']);
  });

  it.for([
    ['no scheme', (token: string) => token],
    ['another scheme', (token: string) => `DPoP ${token}`],
    ['two tokens in one header', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['something after the token', (token: string) => `Bearer ${token} x`],
    ['a token that is longer than any', (token: string) => `Bearer ${token}${'A'.repeat(8192)}`],
    ['an empty header', () => ''],
  ] as const)('with %s in its Authorization is refused', async ([, made]) => {
    const reply = await harness.call({ token: null, headers: { Authorization: made(good) } });
    await expectEntered(harness, reply, invalid);
    expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('with two Authorization headers is refused, also if they are the same, and the good one is not looked for', async () => {
    for (const second of ['Bearer x', `Bearer ${good}`]) {
      const connection = await connectRaw(harness.gateway.urls.exchange);
      const body = JSON.stringify({ purpose: 'open-a-shop', query: {} });
      const request = rawRequest(IDENTITY, body, { headers: { Connection: 'close' } });
      connection.send(request.replace('Connection:', `Authorization: ${second}\r\nConnection:`));
      await connection.ended();
      expect(statuses(connection.received())).toEqual([401]);
      expect(connection.received()).toContain('token.invalid');
    }
  });
});

describe('a token', () => {
  it('of another system is refused over the certificate of this one', async () => {
    const token = await harness.token({ system: AGENT_DESK });
    await expectEntered(harness, await harness.call({ token }), invalid);
    expect((await harness.call({ token, system: AGENT_DESK })).status).toBe(403);
  });

  it('is refused over another certificate of the same system: it is bound to the one that it was issued to', async () => {
    const made = makeOtherCertificates('trusted', [{ id: REGISTRATION, department: 'market-regulation' }]);
    const certificate = made.system(REGISTRATION);
    await expectEntered(harness, await harness.call({ token: good, certificate }), invalid);
    const token = await harness.token({ certificate });
    expect((await harness.call({ token, certificate })).status).toBe(200);
    await expectEntered(harness, await harness.call({ token }), invalid);
  });

  it.for<[string, JsonObject, JsonObject?]>([
    ['for another audience', { aud: 'https://localhost/other' }],
    ['of another issuer', { iss: 'https://issuer.test' }],
    ['that has expired', { iat: 1_700_000_000, exp: 1_700_000_300 }],
    ['that is not good yet', { nbf: 4_000_000_000 }],
    ['for another system', { client_id: AGENT_DESK, sub: AGENT_DESK }],
    ['bound to another certificate', { cnf: { 'x5t#S256': 'A'.repeat(43) } }],
    ['bound to none', { cnf: {} }],
    ['for needs that are not understood', { authorization_details: [{ type: 'everything' }] }],
    ['with an extension that has to be understood', {}, { crit: ['x'], x: 1 }],
    ['that is compressed', {}, { zip: 'DEF' }],
    ['that is another JWT of the gateway', {}, { typ: 'JWT' }],
    ['with a key id that is a path', {}, { kid: '../../../dev/null' }],
  ])('%s is refused, although the gateway signed it', async ([, claims, header]) => {
    const reply = await harness.call({ token: await changed(claims, header) });
    await expectEntered(harness, reply, invalid);
  });

  it('that somebody else signed is refused, by whatever algorithm', async () => {
    const [header, claims] = partsOf(good);
    const forge = (alg: string, key: Parameters<typeof signed>[2]): string =>
      signed({ ...header, alg }, JSON.stringify(claims), key);
    const [published] = await harness.keyRing.published('token');
    const secret = { kty: 'oct', k: Buffer.from(JSON.stringify(published)).toString('base64url') };
    const rsa = keyPair('RSA-2048').privateJwk;
    for (const token of [
      forge('ES256', keyPair('P-256').privateJwk),
      forge('Ed25519', keyPair('Ed25519').privateJwk),
      forge('RS256', rsa),
      forge('PS256', rsa),
      forge('HS256', secret),
      `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${good.split('.')[1]}.`,
    ]) {
      const problem = expectProblem(await harness.call({ token }), 'token.invalid');
      // Whoever forges learns nothing of how far it came.
      expect(problem.errors).toBeUndefined();
    }
  });

  it('narrowed to one need is good for that one and for no other', async () => {
    const narrowedTo = async (contract: string) =>
      await harness.token({
        parameters: {
          authorization_details: JSON.stringify([{ type: 'data_sharing', contract, purpose: 'open-a-shop' }]),
        },
      });
    const same = await narrowedTo('public-security.resident-identity.v1');
    expect((await harness.call({ token: same })).status).toBe(200);
    const other = await narrowedTo('taxation.tax-standing.v1');
    const reply = await harness.call({ token: other });
    const stages = STAGES.slice(0, STAGES.indexOf('authorize'));
    await expectEntered(harness, reply, { code: 'token.too-narrow', stages });
    expect(reply.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
  });

  it('that is refused uses up no request id', async () => {
    const headers = { 'Request-Id': '0190a1b2-0000-7000-8000-000000000002' };
    await expectEntered(harness, await harness.call({ token: 'a.b.c', headers }), invalid);
    expect((await harness.call({ headers })).status).toBe(200);
  });

  it('is in no log, metric or entry', async () => {
    expectNoneOf(await kept(harness), [good, good.split('.')[2] ?? good]);
  });
});
