import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../../src/data-plane/3-fetch/authentication/authenticate.ts';
import type { Outgoing } from '../../../src/data-plane/3-fetch/authentication/outgoing.ts';
import type { Secret } from '../../../src/domain/source-settings.ts';
import { verifyHttpSignature } from '../../support/verify-http-signature.ts';

const clock = { now: () => 1_790_000_000_123 };
const fixed = <T>(value: T): Secret<T> => ({ current: async () => value });
const outgoing: Outgoing = {
  method: 'POST',
  authority: 'register.example.test:9443',
  path: '/residents/find',
  headers: {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'exchange-id': '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  },
  body: Buffer.from('{"hello": "world"}'),
};

describe('the gateway proves itself', () => {
  it('by nothing in the request, where the connection has done it', async () => {
    expect(await createAuthenticate({ kind: 'mutual-tls' }, clock)(outgoing)).toEqual({});
  });

  it('by a token, the one that is current', async () => {
    const tokens = ['one', 'two'];
    const token = { current: async () => tokens.shift() ?? 'none' };
    const authenticate = createAuthenticate({ kind: 'bearer', token }, clock);
    expect(await authenticate(outgoing)).toEqual({ authorization: 'Bearer one' });
    expect(await authenticate(outgoing)).toEqual({ authorization: 'Bearer two' });
  });

  it('as the national platform takes it', async () => {
    const key = fixed(Buffer.from('0123456789abcdef0123456789abcdef'));
    const settings = { kind: 'gjgxjhpt', rid: 'shuqiao-test@99', sid: 's_990000000000_0001', key } as const;
    expect(await createAuthenticate(settings, clock)(outgoing)).toEqual({
      gjgxjhpt_rid: 'shuqiao-test@99',
      gjgxjhpt_sid: 's_990000000000_0001',
      gjgxjhpt_rtime: '1790000000123',
      // printf '%s' 's_990000000000_0001shuqiao-test@991790000000123' |
      //   openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | base64
      gjgxjhpt_sign: 'MaIVZMq52wZwCP9p/Vb8HyruQqYzqiA9GcQ+EhldrUQ=',
    });
  });

  it('by a signature over the method, the address, the body and every header that no proxy rewrites', async () => {
    const key = Buffer.alloc(32, 7);
    const settings = { kind: 'http-signature', keyId: 'shuqiao:2026-1', key: fixed(key) } as const;
    const proof = await createAuthenticate(settings, clock)(outgoing);
    expect(proof['signature-input']).toBe(
      'shuqiao=("@method" "@authority" "@path" "content-type" "exchange-id" "content-digest")' +
        ';created=1790000000;expires=1790000060;keyid="shuqiao:2026-1";tag="shuqiao-source"',
    );
    const base = [
      '"@method": POST',
      '"@authority": register.example.test:9443',
      '"@path": /residents/find',
      '"content-type": application/json',
      '"exchange-id": 017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
      '"content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
      `"@signature-params": ${String(proof['signature-input']).slice('shuqiao='.length)}`,
    ].join('\n');
    expect(proof['signature']).toBe(`shuqiao=:${createHmac('sha256', key).update(base).digest('base64')}:`);
  });

  it('so that no other request goes with the signature, whatever the body', async () => {
    const key = Buffer.alloc(32, 7);
    const authenticate = createAuthenticate({ kind: 'http-signature', keyId: 'k', key: fixed(key) }, clock);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (body, other) => {
        const proof = await authenticate({ ...outgoing, body });
        const { authority, headers: sent, ...request } = { ...outgoing, url: outgoing.path };
        const headers = { ...sent, ...proof, host: authority };
        expect(verifyHttpSignature({ ...request, headers, body }, key)).toBe(true);
        fc.pre(Buffer.compare(body, other) !== 0);
        expect(verifyHttpSignature({ ...request, headers, body: other }, key)).toBe(false);
        expect(verifyHttpSignature({ ...request, headers, body }, Buffer.alloc(32, 8))).toBe(false);
        expect(verifyHttpSignature({ ...request, body, headers: { ...headers, host: 'other.test' } }, key)).toBe(false);
      }),
    );
  });
});
