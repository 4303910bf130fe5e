import { createHmac, hkdfSync } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { LedgerSecret } from '../domain/key-ring.ts';
import type { Subject } from '../domain/personal-parts.ts';

const KEY_BYTES = 32;

/**
 * HMAC(k_index, meaning and value): finds what was exchanged about a subject for who has the secret of the ring, and for
 * nobody else, who would try all numbers. Another secret gives another index, so that whoever looks asks with all of them.
 */
export function subjectIndex(secret: LedgerSecret, { type, value }: Subject): Uint8Array {
  return indexOf(secret, ['subject', type, value]);
}

/** The same for a system, under whose keys is sealed what has no subject; never that of any subject. */
export function systemIndex(secret: LedgerSecret, system: string): Uint8Array {
  return indexOf(secret, ['system', system]);
}

function indexOf({ key }: LedgerSecret, words: readonly string[]): Uint8Array {
  const derived = ledgerKey(key, ['subject-index']);
  return new Uint8Array(
    createHmac('sha256', derived)
      .update(canonicalJson([...words]))
      .digest(),
  );
}

/** A key for one use by HKDF-SHA-256 (RFC 5869), without salt: the secret is uniform already (§3.1). */
export function ledgerKey(secret: Uint8Array, use: readonly string[]): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', canonicalJson(['shuqiao-ledger', ...use]), KEY_BYTES));
}
