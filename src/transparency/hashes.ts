import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256: 32 bytes. */
export type Hash = Uint8Array;

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 §2.1: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = createHash('sha256').digest();

/** RFC 6962 §2.1: SHA-256(0x00 ‖ entry). It does not depend on where the entry stands. */
export function leafHash(entry: Uint8Array): Hash {
  return createHash('sha256').update(LEAF).update(entry).digest();
}

/** RFC 6962 §2.1: SHA-256(0x01 ‖ left ‖ right); the prefix keeps a node from being passed off as an entry. */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

export function isHash(bytes: Uint8Array): bytes is Hash {
  return bytes.length === HASH_BYTES;
}

export function isSameHash(one: Hash, other: Hash): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
