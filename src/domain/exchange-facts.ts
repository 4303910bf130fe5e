import type { Subject } from './personal-parts.ts';

/** What of the request goes into the ledger, or beside it. */
export interface RequestFacts {
  readonly bytes: number;
  /** The body, for the commitment; it does not go past the seal. */
  readonly body: Uint8Array;
  /** Case and acting officer as the caller names them; only their keyed digests are entered. */
  readonly case: string | undefined;
  readonly officer: string | undefined;
  /** The identifying values of its query. */
  readonly subjects: readonly Subject[];
}

/** A digest that is not found out by trying, and the random salt that would be needed for it. */
export interface Salted {
  /** HMAC-SHA-256(salt, value), base64url. */
  readonly digest: string;
  /** Base64url. */
  readonly salt: string;
}

/** What is known of the source's part. Absent: not asked, or not answered. */
export interface SourceFacts {
  /** RFC 3339, the first time. */
  readonly askedAt?: string;
  /** How often it was asked, if more than once. */
  readonly attempts?: number;
  readonly answeredAt?: string;
  /** Of HTTP. */
  readonly status?: number;
  /** Of its answer as it came, decompressed. */
  readonly bytes?: number;
  /** Not under the salt that the consumer gets: with that it could try out what it was not given. */
  readonly answer?: Salted;
}
