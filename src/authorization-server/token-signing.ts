import type { JsonWebKey } from 'node:crypto';
import type { SignatureAlgorithm } from '../keys/algorithms.ts';

/** What signs access tokens now. The private part stays where it is, which may be another machine. */
export interface TokenSigner {
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly publicJwk: JsonWebKey;
  /** As in a JWS (RFC 7518 §3.4): of ECDSA r ‖ s, not DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface TokenSigning {
  /** Another one after a rotation. */
  current(): Promise<TokenSigner>;
}
