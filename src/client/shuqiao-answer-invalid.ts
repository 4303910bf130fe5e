/** Why an answer is not believed; a word to act on, and never a piece of the answer. */
export type InvalidAnswer =
  /** Longer than any, not of the form that was asked for, or not written in the one way that there is. */
  | 'form'
  /** A header that says more than is understood, or another algorithm, compression or type than the one allowed. */
  | 'header'
  /** Sealed to a key that was not given to this client. */
  | 'sealing-key-unknown'
  /** It does not decrypt: changed on the way, or sealed to another key than it says. */
  | 'undecryptable'
  /** Signed by a key that the gateway does not publish. */
  | 'signing-key-unknown'
  | 'signature'
  /** What was signed is no answer, or not strict JSON. */
  | 'unreadable'
  | 'issuer'
  | 'audience'
  /** Of another exchange than its headers say, or of one that was answered before. */
  | 'exchange'
  /** To another request than the one that was sent. */
  | 'request'
  | 'contract'
  | 'purpose'
  /** Issued before it was asked for, or in the future. */
  | 'time'
  /** `digest` is not the commitment to `data`. */
  | 'commitment'
  | 'receipt'
  /** `check` did not accept the data. */
  | 'schema';

/** Nothing of such an answer is handed on. The exchange is in the ledger all the same: report the exchange id. */
export class ShuqiaoAnswerInvalid extends Error {
  readonly reason: InvalidAnswer;
  readonly requestId: string | undefined;

  constructor(reason: InvalidAnswer, requestId?: string) {
    super(`the answer is not believed: ${reason}`);
    this.name = 'ShuqiaoAnswerInvalid';
    this.reason = reason;
    this.requestId = requestId;
  }
}
