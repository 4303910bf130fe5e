import type { JsonObject } from './json.ts';

/** `typ` of the JWT, so that it can be taken for no other that the same key signs (RFC 8725 §3.11). */
export const CONTEXT_TYPE = 'shuqiao-context+jwt';

/** Who asks for what, as the gateway tells the source. Registered names only: nothing about the subject, no words of the caller. */
export interface ContextClaims extends JsonObject {
  /** The gateway. */
  readonly iss: string;
  /** The source. */
  readonly aud: string;
  /** The exchange id: good for one call. */
  readonly jti: string;
  /** Seconds since the Unix epoch. */
  readonly iat: number;
  readonly exp: number;
  readonly system: string;
  readonly department: string;
  readonly purpose: string;
  /** Ids of those that are in force. */
  readonly legalBases: readonly string[];
  readonly contract: string;
  readonly contractVersion: string;
  readonly grant: string;
  /** SHA-256 of the body as sent, base64url. It can be guessed like the body, so the header is not for logs. */
  readonly requestDigest: string;
}

export interface ContextSigner {
  /** JWS of the claims; compact. */
  sign(claims: ContextClaims): Promise<string>;
}
