import { createHash } from 'node:crypto';

const LEAF_PREFIX = Uint8Array.of(0);

/** The chain before the first entry: 32 zero bytes, hex. */
export const GENESIS_CHAIN = '0'.repeat(64);

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry), hex. It does not depend on where the entry stands. */
export function leafHash(entry: string): string {
  return createHash('sha256').update(LEAF_PREFIX).update(entry, 'utf8').digest('hex');
}

/**
 * The running chain: SHA-256(chain before ‖ leaf), hex. A check that a person can redo by hand with sha256sum. It shows
 * an edit to whoever kept an earlier chain value; who can rewrite every row after the edit can make it fit again.
 */
export function chainHash(before: string, leaf: string): string {
  return createHash('sha256').update(before, 'hex').update(leaf, 'hex').digest('hex');
}
