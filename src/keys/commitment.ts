import { createHash, createHmac } from 'node:crypto';
import type { Randomness } from '../domain/clock.ts';
import type { Salted } from '../domain/exchange-facts.ts';

/**
 * HMAC-SHA-256, base64url. A bare digest of a value of low entropy, an identity number say, is found by trying all of
 * them; a keyed or salted one only by who has the key or the salt.
 */
export function commitment(key: Uint8Array, value: Uint8Array | string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}

/** SHA-256, base64url: of what has all the entropy it needs or is public, or for somebody who has the value anyway. */
export function digest(value: Uint8Array | string): string {
  return createHash('sha256').update(value).digest('base64url');
}

const SALT_BYTES = 32;

/** A commitment under a salt of its own, which is to be kept where it can be destroyed. */
export function salted(random: Randomness, value: Uint8Array | string): Salted {
  const salt = random.bytes(SALT_BYTES);
  return { digest: commitment(salt, value), salt: Buffer.from(salt).toString('base64url') };
}
