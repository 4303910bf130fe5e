import { createHmac } from 'node:crypto';

const PSEUDONYM_BYTES = 16;

/** HMAC-SHA-256 cut to 128 bits (RFC 2104 §5 allows it down to half), base64url: 22 characters. */
export function pseudonymOf(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest().subarray(0, PSEUDONYM_BYTES).toString('base64url');
}
