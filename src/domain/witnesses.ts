/**
 * What proves that the tree of a checkpoint continues an earlier one of the same log: an RFC 6962 §2.1.2 proof from the
 * size given (never 0, never beyond the checkpoint) to that of the checkpoint, hashes of 32 bytes.
 */
export type ProofFrom = (size: number) => Promise<readonly Uint8Array[]>;

/** The witnesses 见证方 that a trust policy names, as the publisher of a log reaches them. */
export interface Witnesses {
  /**
   * Shows a checkpoint 检查点, a note signed by its log, to every witness at once, and waits for all of them up to a
   * deadline. A witness that knows an earlier size than was thought is sent a proof from there.
   * @returns a signature line with its newline from each that cosigned, verified; fewer than asked for, or none, when
   *   some did not. Whether they are enough is for the trust policy to say.
   */
  cosign(note: string, proofFrom: ProofFrom): Promise<readonly string[]>;
}
