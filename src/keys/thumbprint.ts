import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { PublicJwk } from '../domain/public-jwk.ts';

const REQUIRED = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] } as const;

/**
 * RFC 7638: SHA-256 over the members that make the key, base64url. Their canonical JSON is what §3.3 asks for.
 * @throws TypeError if one of them is missing
 */
export function thumbprintOf(jwk: PublicJwk): string {
  const { kty } = jwk;
  if (kty !== 'EC' && kty !== 'OKP' && kty !== 'RSA') throw new TypeError('there is no thumbprint of such a key');
  const members = REQUIRED[kty].map((name) => {
    const member = jwk[name];
    if (member === undefined) throw new TypeError('a member of the key is missing');
    return [name, member] as const;
  });
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(members)))
    .digest('base64url');
}
