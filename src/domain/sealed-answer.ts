import type { JsonObject } from './json.ts';

/** What the gateway signs: the answer, and enough beside it to prove what it is an answer to. */
export interface AnswerClaims extends JsonObject {
  /** The gateway. */
  readonly iss: string;
  /** The calling system. */
  readonly aud: string;
  /** Seconds since the Unix epoch. */
  readonly iat: number;
  /** The exchange id. */
  readonly jti: string;
  /** The Request-Id that it answers: whoever asks the same again gets another. */
  readonly request: string;
  readonly purpose: string;
  readonly contract: string;
  readonly contractVersion: string;
  readonly plan: string;
  /** The released record, or null if the source has none. */
  readonly data: JsonObject | null;
  /** Opens the commitments in the ledger: HMAC-SHA-256(salt, what was committed to), base64url. */
  readonly salt: string;
  /** The commitment to the canonical JSON of `data`, as the ledger has it. */
  readonly digest: string;
}

/** 密封 is what every consumer gets; `json` only over TLS, where the grant allows it and the caller asks for it. */
export type AnswerForm = 'sealed' | 'json';

/** An answer that is not encrypted: what was signed, and a JWS without it (RFC 7515 appendix F). */
export interface SignedJson {
  readonly body: string;
  readonly signature: string;
}

export interface Sealer {
  /**
   * JWS by the gateway, nested in JWE (RFC 7519 §5.2) to the newest key of the system; compact.
   * @throws Problem `recipient.keyless`
   */
  seal(claims: AnswerClaims): Promise<string>;
  /** The claims as JSON, signed all the same. */
  sign(claims: AnswerClaims): Promise<SignedJson>;
}
