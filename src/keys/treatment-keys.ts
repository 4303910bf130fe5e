import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { KeyScope, ScopedKeys, TreatmentKeys } from '../domain/treatment-keys.ts';

const MASTER_BYTES = 32;
const MIN_KEY_BYTES = 16;
const NAME = 'shuqiao-treatment';
/** Counts up if the derivation ever changes, which changes every pseudonym that was given out. */
const VERSION = 1;

/**
 * Keys by HKDF-SHA-256 (RFC 5869) from one secret of 32 random bytes. There is no salt: the secret is uniform already
 * (§3.1), and a random one would have to be kept with it.
 * @throws RangeError if the master secret has another length
 */
export function createTreatmentKeys(master: Uint8Array): TreatmentKeys {
  if (master.length !== MASTER_BYTES) throw new RangeError('the master secret of treatments has 32 bytes');
  const secret = createSecretKey(master);
  return { for: (scope) => scopedKeys(secret, scope) };
}

function scopedKeys(secret: KeyObject, { provider, consumer, purpose }: KeyScope): ScopedKeys {
  const derived = new Map<string, Uint8Array>();
  return {
    derive(use, length) {
      if (length < MIN_KEY_BYTES) throw new RangeError('a key has at least 16 bytes');
      const known = derived.get(use);
      // HKDF's shorter output is the beginning of its longer one (RFC 5869 §2.3): two lengths are not two keys.
      if (known !== undefined && known.length !== length) throw new RangeError('a use of a key has one length');
      // Canonical JSON, because it quotes: no name can hold what separates it from the next.
      const info = canonicalJson([NAME, VERSION, provider, consumer, purpose, use]);
      const key = known ?? new Uint8Array(hkdfSync('sha256', secret, '', info, length));
      derived.set(use, key);
      return key.slice();
    },
  };
}
