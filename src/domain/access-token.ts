import type { DataSharing } from './data-sharing.ts';

/** 访问令牌, verified: what its issuer says of who may call, until when, and for what. */
export interface AccessToken {
  /** `jti`, random. */
  readonly id: string;
  /** `client_id`: the system that it was issued to. */
  readonly system: string;
  /** `cnf.x5t#S256` (RFC 8705 §3.1): the certificate that it is bound to. */
  readonly thumbprint: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** What `authorization_details` narrow it to; undefined if it is good for every grant of the system. */
  readonly needs: readonly DataSharing[] | undefined;
}

export interface TokenVerifier {
  /**
   * Undefined if the token is not a good one of our issuer for us, now; why is nobody's to learn.
   * @throws Problem `token.unverifiable` if the issuer's keys cannot be had
   */
  verify(token: string): Promise<AccessToken | undefined>;
}

/** Where the keys of an issuer outside are: in a file that an operator keeps, or where the issuer publishes them. */
export type OutsideKeys = { readonly file: string } | OutsideAddress;

export interface OutsideAddress {
  readonly url: string;
  /** Who issued the certificate of that address; undefined for whom Node trusts. */
  readonly caFile: string | undefined;
  readonly timeoutMs: number;
}

/** How far the clocks of the issuer, the systems and the gateway may be apart. */
export const CLOCK_SKEW_MS = 30_000;

/** Whoever issues it: a token that lives longer would be good for longer than anybody remembers what it was for. */
export const MAX_TOKEN_LIFETIME_MS = 3_600_000;
