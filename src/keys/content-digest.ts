import { createHash } from 'node:crypto';

/** `Content-Digest` (RFC 9530 §2) of the content as it is sent. */
export function contentDigest(content: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
}
