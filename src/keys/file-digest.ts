import { createHash } from 'node:crypto';

/**
 * SHA-256 of the bytes, in hexadecimal as other tools print it.
 * @param base64 of a file; that it is one is the caller's to check
 */
export function fileDigest(base64: string): string {
  return createHash('sha256').update(base64, 'base64').digest('hex');
}
