import { createPrivateKey, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RegisteredKey } from '../../../src/domain/registered-key.ts';
import type { RequestHead } from '../../../src/domain/request-signature.ts';
import { checkPublicJwk } from '../../../src/keys/check-public-jwk.ts';
import { publicJwkOf } from '../../../src/keys/jwk.ts';
import { createRequestVerifier } from '../../../src/keys/verify-request.ts';
import { keyPair } from '../../support/keys.ts';

const NOW = 1_790_000_000_000;
const SYSTEM = { id: 'a.system', department: 'a', name: { en: '', zh: '' } };
const { privateJwk, publicJwk } = keyPair('Ed25519');
const registered: RegisteredKey = {
  system: SYSTEM.id,
  use: 'sig',
  validFrom: 0,
  ...checkPublicJwk({ ...publicJwkOf(publicJwk) }, 'sig'),
};
const DIGEST = `sha-256=:${Buffer.alloc(32).toString('base64')}:`;

function verifier(nowMs = NOW) {
  return createRequestVerifier({
    registeredKeys: { keysOf: async (system, use) => (system === SYSTEM.id && use === 'sig' ? [registered] : []) },
    clock: { now: () => nowMs },
  });
}

/** A head that is signed over these values, and sent with that Host. */
function headOf(authority: string, host: readonly string[], target = '/exchange/a/b/v1'): RequestHead {
  const created = NOW / 1000;
  const values = {
    '@method': 'POST',
    '@authority': authority,
    '@path': '/exchange/a/b/v1',
    'content-type': 'application/json',
    'content-digest': DIGEST,
    authorization: 'Bearer t',
    'request-id': 'r',
  };
  const list = Object.keys(values).map((name) => `"${name}"`);
  const input = `(${list.join(' ')});created=${created};expires=${created + 60};nonce="0123456789abcdef";keyid="${registered.kid}";alg="ed25519";tag="shuqiao-request"`;
  const lines = Object.entries(values).map(([name, value]) => `"${name}": ${value}`);
  const base = Buffer.from([...lines, `"@signature-params": ${input}`].join('\n'));
  const bytes = sign(null, base, createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }));
  const fields: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])),
    host,
    'signature-input': [`s=${input}`],
    signature: [`s=:${bytes.toString('base64')}:`],
  };
  return { method: 'POST', target, field: (name) => fields[name] ?? [] };
}

describe('a signed request', () => {
  it('gives what it adds: the key, the nonce, until when, and the digest', async () => {
    expect(await verifier().verify(headOf('gateway.test', ['gateway.test']), SYSTEM)).toEqual({
      kid: registered.kid,
      nonce: '0123456789abcdef',
      refusedFrom: NOW + 60_000 + 30_000,
      contentDigest: DIGEST,
    });
  });

  it('is refused from the moment that it says, and not before', async () => {
    const head = headOf('gateway.test', ['gateway.test']);
    expect(await verifier(NOW + 89_999).verify(head, SYSTEM)).toBeDefined();
    expect(await verifier(NOW + 90_000).verify(head, SYSTEM)).toBeUndefined();
    expect(await verifier(NOW - 30_000).verify(head, SYSTEM)).toBeDefined();
    expect(await verifier(NOW - 30_001).verify(head, SYSTEM)).toBeUndefined();
  });

  it('is of the system that the certificate named: under another it is of nobody', async () => {
    const head = headOf('gateway.test', ['gateway.test']);
    expect(await verifier().verify(head, { ...SYSTEM, id: 'b.system' })).toBeUndefined();
  });

  it.for<[string, string, readonly string[], boolean]>([
    ['in lower case', 'gateway.test', ['Gateway.TEST'], true],
    ['without the port of https', 'gateway.test', ['gateway.test:443'], true],
    ['with another port', 'gateway.test:8443', ['gateway.test:8443'], true],
    ['not without another port', 'gateway.test', ['gateway.test:8443'], false],
    ['not as it came', 'Gateway.test', ['Gateway.test'], false],
    ['not of two', 'gateway.test', ['gateway.test', 'gateway.test'], false],
    ['not of none', 'undefined', [], false],
  ])('is for one authority, %s', async ([, authority, host, good]) => {
    expect((await verifier().verify(headOf(authority, host), SYSTEM)) !== undefined).toBe(good);
  });

  it('whose first line names a whole address is refused: which host was meant would be a guess', async () => {
    const head = headOf('gateway.test', ['gateway.test'], 'https://other.test/exchange/a/b/v1');
    expect(await verifier().verify(head, SYSTEM)).toBeUndefined();
  });
});
