import { createHash, createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { signatureAlgorithmOf } from './allowed.ts';

/** What is sent, all of which is signed. */
export interface Unsigned {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Gives the headers that make a request a signed one; another nonce each time, so for each sending anew. */
export type RequestSigner = (request: Unsigned, nowMs: number) => Readonly<Record<string, string>>;

/** The gateway takes five minutes; whatever is on its way for longer than this is sent again. */
const GOOD_SECONDS = 60;
const NONCE_BYTES = 16;
const NAMES = { ES256: 'ecdsa-p256-sha256', Ed25519: 'ed25519' } as const;

/**
 * RFC 9421 with RFC 9530, by the profile of the gateway (docs/headers.md).
 * @throws TypeError if requests are not signed with a key of this kind
 */
export async function requestSigner(jwk: JWK): Promise<RequestSigner> {
  const signs = signatureAlgorithmOf(jwk);
  if (signs === undefined) throw new TypeError('requests are not signed with a key of this kind');
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const keyid = await calculateJwkThumbprint(jwk);
  return ({ method, url, headers, body }, nowMs) => {
    const { host, pathname } = new URL(url);
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    const covered = Object.entries({
      '@method': method,
      '@authority': host,
      '@path': pathname,
      'content-digest': digest,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    });
    const created = Math.floor(nowMs / 1000);
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const times = `created=${created};expires=${created + GOOD_SECONDS}`;
    const names = covered.map(([name]) => `"${name}"`).join(' ');
    const input = `(${names});${times};nonce="${nonce}";keyid="${keyid}";alg="${NAMES[signs]}";tag="shuqiao-request"`;
    const lines = covered.map(([name, value]) => `"${name}": ${value}`);
    const signature = bytesOf([...lines, `"@signature-params": ${input}`].join('\n'), key, signs);
    return {
      'Content-Digest': digest,
      'Signature-Input': `sig=${input}`,
      Signature: `sig=:${signature.toString('base64')}:`,
    };
  };
}

/** RFC 9421 §3.3.4: r ‖ s, not DER. */
function bytesOf(base: string, key: KeyObject, signs: keyof typeof NAMES): Buffer {
  const bytes = Buffer.from(base);
  return signs === 'Ed25519' ? sign(null, bytes, key) : sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
}
