import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Received } from '../support/fake-source.ts';
import { type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { canaries, expectNoneOf } from '../support/problems.ts';

// Long, so that no digest spells them by chance.
const CASE = 'case-2026-000417';
const OFFICER = 'officer-000731';

let harness: Harness;
const clock = { ms: Date.now(), now: () => clock.ms };
beforeAll(async () => {
  harness = await startHarness({ parts: () => ({ clock }) });
});
afterAll(async () => await harness.close());

/** The claims, after the signature was verified with the published key of the gateway; by Node alone. */
function contextOf({ headers }: Received): JsonObject {
  const [header = '', payload = '', signature = ''] = String(headers['exchange-context']).split('.');
  const { keys } = JSON.parse(readFileSync(join(inject('certsDir'), 'gateway.jwks.json'), 'utf8')) as {
    readonly keys: readonly JsonWebKey[];
  };
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { readonly kid: string };
  const jwk = keys.find((key) => key['kid'] === kid);
  if (jwk === undefined) throw new Error('the gateway has published no such key');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const proof = Buffer.from(signature, 'base64url');
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, proof)).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JsonObject;
}

async function ask(body?: object): Promise<{ readonly context: JsonObject; readonly received: Received }> {
  const reply = await harness.call(body === undefined ? {} : { body });
  expect(reply.status).toBe(200);
  const received = harness.source.received.at(-1);
  if (received === undefined) throw new Error('nobody was asked');
  return { context: contextOf(received), received };
}

describe('a source is told', () => {
  it('who asks for what, why, by what grant and in which bytes, and nothing about whom', async () => {
    const { resident } = harness;
    const query = { residentId: resident.residentId, name: resident.name };
    const { context, received } = await ask({ purpose: 'open-a-shop', query, case: CASE, officer: OFFICER });
    const [entry] = (await harness.entries()).slice(-1);
    const iat = Math.floor(clock.ms / 1000);
    expect(context).toEqual({
      iss: 'shuqiao',
      aud: 'public-security.population-register',
      jti: entry?.['exchange'],
      iat,
      exp: iat + 60,
      system: REGISTRATION,
      department: 'market-regulation',
      purpose: 'open-a-shop',
      legalBases: harness.gateway.snapshot.purposes.get('open-a-shop')?.legalBasis.map(({ id }) => id),
      contract: 'public-security.resident-identity.v1',
      contractVersion: '1.0.0',
      grant: 'open-a-shop-identity',
      requestDigest: createHash('sha256').update(received.body).digest('base64url'),
    });
    expect(context['legalBases']).not.toEqual([]);
    expect(received.headers['exchange-id']).toBe(context['jti']);
    expectNoneOf([JSON.stringify(context)], [...canaries(), CASE, OFFICER]);
  });

  it('it anew for every exchange, which is the one that the ledger and the caller know', async () => {
    const first = await ask();
    const second = await ask();
    expect(first.context['requestDigest']).toBe(second.context['requestDigest']);
    expect(first.context['jti']).not.toBe(second.context['jti']);
    const exchanges = (await harness.entries()).slice(-2).map(({ exchange }) => exchange);
    expect(exchanges).toEqual([first.context['jti'], second.context['jti']]);
  });
});
