import type { JSONWebKeySet } from './jwk.ts';

/** The public keys of the issuer of access tokens: the gateway's own, or those of an issuer outside. */
export interface TokenKeys {
  /** @throws Problem `token.unverifiable` if there are none that can be relied on */
  current(): Promise<JSONWebKeySet>;
  /** Asked for a key that `current` has not: looks again, unless it has just looked. */
  refreshed(): Promise<JSONWebKeySet>;
}
