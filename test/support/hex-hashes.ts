import { createHash } from 'node:crypto';

/** What auditor and SQL are held against: RFC 6962 §2.1 by hand, all in hex. */
export function leafHash(entry: string): string {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry, 'utf8').digest('hex');
}

export function chainHash(before: string, leaf: string): string {
  return createHash('sha256').update(before, 'hex').update(leaf, 'hex').digest('hex');
}

export const GENESIS_CHAIN = '0'.repeat(64);
