import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { CompactSign, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { CONTEXT_TYPE, type ContextClaims } from '../../../src/domain/source-context.ts';
import { createContextSigner } from '../../../src/keys/context-signer.ts';
import { verifyContext } from '../../../src/keys/verify-context.ts';
import { say } from '../../conformance/vectors.ts';
import { keyPair, signingKeyOf } from '../../support/keys.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const SOURCE = 'public-security.population-register';
const body = Buffer.from('{"residentId":"made up"}');
const IAT = 1_790_000_000;
const CLAIMS: ContextClaims = {
  iss: 'shuqiao',
  aud: SOURCE,
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  iat: IAT,
  exp: IAT + 60,
  system: 'market-regulation.enterprise-registration',
  department: 'market-regulation',
  purpose: 'open-a-shop',
  legalBases: ['one', 'two'],
  contract: 'public-security.resident-identity.v1',
  contractVersion: '1.0.0',
  grant: 'open-a-shop-identity',
  requestDigest: createHash('sha256').update(body).digest('base64url'),
};

async function gateway(kind: 'P-256' | 'Ed25519' = 'P-256') {
  const { privateJwk } = keyPair(kind);
  const signing = await signingKeyOf(privateJwk);
  const gatewayKeys = { keys: [signing.publicJwk] };
  return { privateJwk, signing, gatewayKeys, signer: createContextSigner(signing.keyRing) };
}

const expected = { source: SOURCE, body, nowMs: (IAT + 30) * 1000 };

describe('a signed context', () => {
  it.for(['P-256', 'Ed25519'] as const)('with %s is verified by the source that it is for', async (kind) => {
    const { signer, gatewayKeys } = await gateway(kind);
    await verifyContext(await signer.sign(CLAIMS), { ...expected, gatewayKeys });
  });

  it('is verified by who has no library for it: Node’s own ECDSA and EdDSA over the two parts', async () => {
    for (const kind of ['P-256', 'Ed25519'] as const) {
      const { signer, signing } = await gateway(kind);
      const [header = '', payload = '', signature = ''] = (await signer.sign(CLAIMS)).split('.');
      const key = createPublicKey({ key: { ...signing.publicJwk } as JsonWebKey, format: 'jwk' });
      const signed = Buffer.from(`${header}.${payload}`);
      const algorithm = kind === 'P-256' ? 'sha256' : null;
      const proof = Buffer.from(signature, 'base64url');
      expect(verify(algorithm, signed, { key, dsaEncoding: 'ieee-p1363' }, proof)).toBe(true);
      const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
      expect(read(header)).toEqual({ alg: signing.alg, kid: signing.kid, typ: CONTEXT_TYPE });
      expect(read(payload)).toEqual(CLAIMS);
    }
  });

  it('is verified by the jose command-line tool, as docs/sources.md shows', async () => {
    const { signer, gatewayKeys } = await gateway();
    const files = { context: await signer.sign(CLAIMS), 'gateway.jwks.json': JSON.stringify(gatewayKeys) };
    const cwd = scratchFolder(files);
    const tool = spawnSync('jose', ['jws', 'ver', '-i', 'context', '-k', 'gateway.jwks.json', '-O', '-'], { cwd });
    if (tool.error !== undefined) {
      say('not run: the command-line tool jose is not installed');
      return;
    }
    expect(JSON.parse(tool.stdout.toString('utf8'))).toEqual(CLAIMS);
    const [header, payload, signature = ''] = files.context.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const input = `${header}.${payload}.${changed}`;
    expect(spawnSync('jose', ['jws', 'ver', '-i', '-', '-k', 'gateway.jwks.json'], { cwd, input }).status).not.toBe(0);
  });

  it.for<[string, Partial<typeof expected>]>([
    ['another source', { source: 'taxation.tax-register' }],
    ['another body', { body: Buffer.from('{"residentId":"another"}') }],
    ['later', { nowMs: (IAT + 66) * 1000 }],
  ])('is not good for %s', async ([, other]) => {
    const { signer, gatewayKeys } = await gateway();
    const context = await signer.sign(CLAIMS);
    await expect(verifyContext(context, { ...expected, gatewayKeys, ...other })).rejects.toThrow();
  });

  it('is not taken from another key, of another type, without an end or unsigned', async () => {
    const { signer, privateJwk, signing, gatewayKeys } = await gateway();
    const accepts = async (context: string) => await verifyContext(context, { ...expected, gatewayKeys });
    const stranger = await gateway();
    await expect(accepts(await stranger.signer.sign(CLAIMS))).rejects.toThrow();
    const signed = async (claims: object, header: object) =>
      await new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg: signing.alg, kid: signing.kid, typ: CONTEXT_TYPE, ...header })
        .sign(await importJWK(privateJwk, signing.alg));
    await accepts(await signed(CLAIMS, {}));
    await expect(accepts(await signed(CLAIMS, { typ: 'JWT' }))).rejects.toThrow('typ');
    await expect(accepts(await signed(CLAIMS, { typ: undefined }))).rejects.toThrow('typ');
    const { exp, ...endless } = CLAIMS;
    expect(exp).toBeGreaterThan(0);
    await expect(accepts(await signed(endless, {}))).rejects.toThrow('exp');
    const [, payload] = (await signer.sign(CLAIMS)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: CONTEXT_TYPE })).toString('base64url');
    await expect(accepts(`${none}.${payload}.`)).rejects.toThrow();
    await expect(accepts('')).rejects.toThrow();
  });
});
