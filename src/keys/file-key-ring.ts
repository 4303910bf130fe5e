import type { KeyRing } from '../domain/key-ring.ts';
import type { SigningKey } from './load-keys.ts';

/** A ring of one key, from a file: it signs everything, and nothing is ever rotated. */
export function fileKeyRing({ kid, alg, key, publicJwk }: SigningKey): KeyRing {
  const { kty = '', crv, x, y } = publicJwk;
  const numbers = {
    kty,
    ...(crv === undefined ? {} : { crv }),
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
  };
  const algorithm = alg === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'Ed25519' };
  const sign = async (data: Uint8Array): Promise<Uint8Array> => {
    if (key instanceof Uint8Array) throw new TypeError('this is no key to sign with');
    return new Uint8Array(await crypto.subtle.sign(algorithm, key, Uint8Array.from(data)));
  };
  return {
    signer: async () => ({ kid, alg, publicJwk: numbers, sign }),
    published: async () => [{ ...numbers, kid, alg, use: 'sig' }],
  };
}
