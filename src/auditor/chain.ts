import { createHash } from 'node:crypto';
import type { Hash } from '../transparency/hashes.ts';

/** The chain before the first entry: 32 zero bytes, hex. */
export const GENESIS_CHAIN = '0'.repeat(64);

/**
 * The running chain, hex: SHA-256(chain before ‖ leaf). A check that a person can redo by hand with sha256sum. It shows
 * an edit to whoever kept an earlier chain value; who can rewrite every row after the edit can make it fit again.
 */
export function chainHash(before: string, leaf: Hash): string {
  return createHash('sha256').update(before, 'hex').update(leaf).digest('hex');
}
