import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { FaultsError } from '../../src/domain/fault.ts';
import { commitment, digest } from '../../src/keys/commitment.ts';
import { type JSONWebKeySet, jwksOf } from '../../src/keys/jwk.ts';
import { verifySignedAnswer } from '../../src/keys/open.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { copyOf, type Edit, set } from '../contracts/broken-copy.ts';
import { record, status } from '../support/fake-source.ts';
import { type Harness, send, startHarness } from '../support/harness.ts';
import { expectEntered } from '../support/problems.ts';
import { CALL_BACK, workOrder } from '../support/work-order.ts';

const IDENTITY_GRANT = 'policies/grants/open-a-shop-identity.json';
const HOTLINE_GRANT = 'policies/grants/hotline-call-back.json';
const CATEGORY = [{ path: '/orderNumber', treatment: 'keep', justification: 'To find it again.' }];
const PLAIN: readonly Edit[] = [set(HOTLINE_GRANT, '/answer', 'json'), set(HOTLINE_GRANT, '/fields', CATEGORY)];

async function start(edits: readonly Edit[]): Promise<Harness> {
  const root = copyOf(...edits);
  const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
  const harness = await startHarness({
    parts: ({ keyRing }) => ({ snapshot: loadSnapshot(folders, keyRing.treatmentKeys()) }),
  });
  onTestFinished(harness.close);
  harness.source.behave(record(workOrder('19900000000')));
  return harness;
}

async function keysOf({ gateway }: Harness): Promise<JSONWebKeySet> {
  const { body } = await send(gateway.urls.exchange, { path: '/.well-known/jwks.json', method: 'GET', body: {} });
  const keys = jwksOf(JSON.parse(body) as never);
  if (keys === undefined) throw new Error('no keys are published');
  return keys;
}

describe('a grant that allows JSON', () => {
  it('gives it signed, to who asks for it, and the ledger says so and has the digests of it', async () => {
    const harness = await start(PLAIN);
    const reply = await harness.call({ ...CALL_BACK, headers: { Accept: 'application/json' } });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    const signature = String(reply.headers['answer-signature']);
    const claims = await verifySignedAnswer({ body: reply.body, signature }, await keysOf(harness));
    expect(claims).toMatchObject({ jti: reply.headers['exchange-id'], purpose: 'hotline-call-back' });
    const entry = (await harness.entries()).at(-1);
    const { data = null, salt } = claims;
    const released = commitment(Buffer.from(typeof salt === 'string' ? salt : '', 'base64url'), canonicalJson(data));
    expect(entry).toMatchObject({ form: 'json', digests: { answer: digest(reply.body), released } });
    expect(claims['digest']).toBe(released);
    expect(Number(reply.headers['receipt-index'])).toBe((await harness.entries()).length - 1);
  });

  it('gives it sealed to who does not prefer JSON', async () => {
    const harness = await start(PLAIN);
    for (const Accept of [
      'application/jose',
      '*/*',
      'application/*',
      'application/jose, application/json',
      'application/json;q=0.5, */*',
      'application/json;q=0, */*',
    ]) {
      const reply = await harness.call({ ...CALL_BACK, headers: { Accept } });
      expect([Accept, reply.status, reply.headers['content-type']]).toEqual([Accept, 200, 'application/jose']);
      expect(reply.headers).not.toHaveProperty('answer-signature');
      expect((await harness.entries()).at(-1)).toMatchObject({
        form: 'sealed',
        digests: { answer: digest(reply.body) },
      });
    }
  });

  it('gives a problem for what fails, in whatever form was asked for', async () => {
    const harness = await start(PLAIN);
    harness.source.behave(status(500));
    const reply = await harness.call({ ...CALL_BACK, headers: { Accept: 'application/json' } });
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  });
});

describe('a grant that does not allow JSON', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());

  it('refuses who takes nothing else, and seals to who takes both', async () => {
    const reply = await harness.call({ headers: { Accept: 'application/json' } });
    await expectEntered(harness, reply, { code: 'request.not-acceptable', stages: ['identify'] });
    const both = await harness.call({ headers: { Accept: 'application/json, application/jose;q=0.5' } });
    expect([both.status, both.headers['content-type']]).toEqual([200, 'application/jose']);
    expect((await both.open())['digest']).toBeDefined();
  });

  it('cannot be made to for a field about a person, whatever is done to it', async () => {
    for (const grant of [IDENTITY_GRANT, HOTLINE_GRANT]) {
      const root = copyOf(set(grant, '/answer', 'json'));
      const load = () => loadSnapshot({ contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') });
      expect(load).toThrow(FaultsError);
      expect(load).toThrow(/#\/answer: a contract or a field graded above general-2 leaves sealed only/);
    }
  });
});

describe('the published keys', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());
  const get = async (options: object = {}) =>
    await send(harness.gateway.urls.exchange, { path: '/.well-known/jwks.json', method: 'GET', body: {}, ...options });

  it('are public, also to who has no certificate, and are not fetched again while they are the same', async () => {
    const reply = await get({ system: undefined });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/jwk-set+json');
    expect(reply.headers['cache-control']).toBe('public, max-age=300');
    const again = await get({ headers: { 'If-None-Match': reply.headers['etag'] } });
    expect([again.status, again.body]).toEqual([304, '']);
    const { keys } = JSON.parse(reply.body) as { readonly keys: readonly Record<string, string>[] };
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it.each(['POST', 'DELETE', 'PUT'])('are not changed by %s', async (method) => {
    const reply = await get({ method, body: {} });
    expect(reply.problem().code).toBe('route.method-not-allowed');
    expect(reply.headers['allow']).toBe('GET, HEAD');
  });
});
