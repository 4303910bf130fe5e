import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { KeyName, KeyWrapper } from '../domain/key-ring.ts';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';

const KEY_BYTES = 32;

/**
 * A key-encryption key in this process, by A256GCM. A KMS stands in by having the same two functions.
 * @throws RangeError if the key has not 32 bytes
 */
export function softwareWrapper(key: Uint8Array): KeyWrapper {
  if (key.length !== KEY_BYTES) throw new RangeError('a key-encryption key has 32 bytes');
  const own = key.slice();
  return {
    // A digest of 256 random bits tells nothing of them.
    id: `software-${createHash('sha256').update('shuqiao-key-encryption-key').update(own).digest('base64url').slice(0, 16)}`,
    wrap: async (dataKey, name) => encryptGcm(own, dataKey, contextOf(name)),
    unwrap: async (wrapped, name) => decryptGcm(own, wrapped, contextOf(name)),
  };
}

function contextOf({ kid, use }: KeyName): string {
  return canonicalJson(['shuqiao-data-key', use, kid]);
}
