import type { System } from './party.ts';

/** The head of a request as it came, for what is signed of it (RFC 9421 §2). */
export interface RequestHead {
  readonly method: string;
  /** Path and query, as they stand in the first line. */
  readonly target: string;
  /** Every line of that name (in lower case), without the space around its value. */
  field(name: string): readonly string[];
}

/** A signature that was verified: what it adds to what is known of the request. */
export interface RequestSignature {
  /** The registered key that it verifies with. */
  readonly kid: string;
  readonly nonce: string;
  /** Milliseconds since the Unix epoch; from then on the signature is refused for its age. */
  readonly refusedFrom: number;
  /** The `Content-Digest` that it covers: whether the body has it is seen when the body is read. */
  readonly contentDigest: string;
}

export interface RequestVerifier {
  /**
   * Undefined if the signature is not a good one, by a key of this system, over all that has to be covered, now; why is
   * nobody's to learn. Whether its nonce was used is not looked at.
   */
  verify(head: RequestHead, system: System): Promise<RequestSignature | undefined>;
}
