import type { SigningKey } from './load-keys.ts';

/** As in a JWS (RFC 7518 §3.4): of ECDSA r ‖ s. */
export async function signRaw({ alg, key }: SigningKey, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (key instanceof Uint8Array) throw new TypeError('this is no key to sign with');
  const algorithm = alg === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'Ed25519' };
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, data));
}
