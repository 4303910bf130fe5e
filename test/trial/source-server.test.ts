import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { ContextClaims } from '../../src/domain/source-context.ts';
import { createContextSigner } from '../../src/keys/context-signer.ts';
import { jwkOf } from '../../src/keys/jwk.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { type SourceServer, startSourceServer } from '../../src/trial/source-server.ts';
import { exampleResident } from '../support/harness.ts';
import { keyPair, signingKeyOf } from '../support/keys.ts';

const SOURCE = 'public-security.population-register';
const certs = inject('certsDir');
const register = generateRegisters().registers.find(({ source }) => source === SOURCE);
const body = JSON.stringify({ residentId: exampleResident().residentId });

let source: SourceServer;
beforeAll(async () => {
  if (register === undefined) throw new Error('there is no such register');
  source = await startSourceServer(register, certs);
});
afterAll(async () => await source.close());

function claims(over: Partial<ContextClaims> = {}): ContextClaims {
  const iat = Math.floor(Date.now() / 1000);
  return {
    iss: 'shuqiao',
    aud: SOURCE,
    jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    iat,
    exp: iat + 60,
    system: 'market-regulation.enterprise-registration',
    department: 'market-regulation',
    purpose: 'open-a-shop',
    legalBases: [],
    contract: 'public-security.resident-identity.v1',
    contractVersion: '1.0.0',
    grant: 'open-a-shop-identity',
    requestDigest: createHash('sha256').update(body).digest('base64url'),
    ...over,
  };
}

async function signing() {
  const jwk = jwkOf(JSON.parse(readFileSync(join(certs, 'gateway.signing.jwk.json'), 'utf8')) as JsonObject);
  return (await signingKeyOf(jwk ?? { kty: '' })).keyRing;
}

async function statusOf(context: string | string[] | undefined, sent = body): Promise<number | undefined> {
  const pem = (name: string): string => readFileSync(join(certs, name), 'utf8');
  const tls = { ca: pem('ca.pem'), cert: pem('gateway.pem'), key: pem('gateway.key.pem'), agent: false } as const;
  const headers = context === undefined ? {} : { 'Exchange-Context': context };
  return await new Promise((resolve, reject) => {
    request(`${source.origin}${register?.path ?? ''}`, { ...tls, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(sent);
  });
}

describe('an example source', () => {
  it('answers what the gateway signed for it, and nothing else that has the certificate of the gateway', async () => {
    const signer = createContextSigner(await signing());
    const context = await signer.sign(claims());
    expect(await statusOf(context)).toBe(200);
    expect(await statusOf(undefined)).toBe(401);
    expect(await statusOf('')).toBe(401);
    expect(await statusOf([context, context])).toBe(401);
    expect(await statusOf(context, `${body} `)).toBe(401);
    expect(await statusOf(await signer.sign(claims({ aud: 'taxation.tax-register' })))).toBe(401);
    expect(await statusOf(await signer.sign(claims({ exp: Math.floor(Date.now() / 1000) - 60 })))).toBe(401);
    const stranger = createContextSigner((await signingKeyOf(keyPair('P-256').privateJwk)).keyRing);
    expect(await statusOf(await stranger.sign(claims()))).toBe(401);
  });
});
