/** Why a proof is not believed. */
export type InvalidProof =
  /** Not a `.tlog-proof`, or not written in the one way that there is. */
  | 'form'
  /** Of another entry than the receipt is of. */
  | 'receipt'
  /** It does not lead from the entry to the root of its checkpoint. */
  | 'inclusion'
  /** No log of the trust policy signed the checkpoint, or somebody else did in its name. */
  | 'log'
  /** Fewer witnesses cosigned it than the trust policy asks for. */
  | 'witnesses';

/** The receipt is good as it was; only that it is in the log is not shown by this. Keep it, and tell an auditor. */
export class ShuqiaoProofInvalid extends Error {
  readonly reason: InvalidProof;

  constructor(reason: InvalidProof) {
    super(`the proof is not believed: ${reason}`);
    this.name = 'ShuqiaoProofInvalid';
    this.reason = reason;
  }
}
