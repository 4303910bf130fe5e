import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { KeyScope, ScopedKeys, TreatmentKeys } from '../domain/treatment-keys.ts';

const MASTER_BYTES = 32;
const MIN_KEY_BYTES = 16;
const NAME = 'shuqiao-treatment';
/** Counts up if the derivation ever changes, which changes every pseudonym that was given out. */
const VERSION = 1;
const FIRST_EPOCH = 1;

/** A master secret, and the first epoch that it is for; it is for all after that, up to the first of the next. */
export interface EpochSecret {
  readonly fromEpoch: number;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/**
 * Keys by HKDF-SHA-256 (RFC 5869) from secrets of 32 random bytes. There is no salt: a secret is uniform already
 * (§3.1), and a random one would have to be kept with it.
 * @param master one secret for all epochs, or several
 * @throws RangeError if a secret has another length
 */
export function createTreatmentKeys(master: Uint8Array | readonly EpochSecret[]): TreatmentKeys {
  const given = master instanceof Uint8Array ? [{ fromEpoch: 1, secret: master }] : master;
  if (given.some(({ secret }) => secret.length !== MASTER_BYTES))
    throw new RangeError('the master secret of treatments has 32 bytes');
  const secrets = given
    .map(({ fromEpoch, secret }) => ({ fromEpoch, key: createSecretKey(secret) }))
    .sort((one, other) => other.fromEpoch - one.fromEpoch);
  const secretOf = (epoch: number): KeyObject => {
    const found = secrets.find(({ fromEpoch }) => fromEpoch <= epoch);
    if (found === undefined) throw new RangeError('no master secret is for this epoch');
    return found.key;
  };
  return { for: (scope) => scopedKeys(secretOf, scope) };
}

function scopedKeys(secretOf: (epoch: number) => KeyObject, { provider, consumer, purpose }: KeyScope): ScopedKeys {
  const derived = new Map<string, Uint8Array>();
  return {
    derive(use, length, epoch = FIRST_EPOCH) {
      if (length < MIN_KEY_BYTES) throw new RangeError('a key has at least 16 bytes');
      const name = canonicalJson([use, epoch]);
      const known = derived.get(name);
      // HKDF's shorter output is the beginning of its longer one (RFC 5869 §2.3): two lengths are not two keys.
      if (known !== undefined && known.length !== length) throw new RangeError('a use of a key has one length');
      // Canonical JSON, because it quotes: no name can hold what separates it from the next.
      const info = canonicalJson([NAME, VERSION, provider, consumer, purpose, use]);
      const key = known ?? new Uint8Array(hkdfSync('sha256', secretOf(epoch), '', info, length));
      derived.set(name, key);
      return key.slice();
    },
  };
}
