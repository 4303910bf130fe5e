/** Whom an exchange was about: a value of an identifying meaning, in the one spelling that equal values have. */
export interface Subject {
  /** An id of `x-semantic`, `cn.resident-id` say. */
  readonly type: string;
  readonly value: string;
}

/** What of an exchange is about people or found out by trying. It is beside the ledger, encrypted, and can be made unreadable. */
export interface PersonalParts {
  readonly subjects: readonly Subject[];
  /** The caller's or operator's words in clear, by the name of the member that has their keyed digest. */
  readonly words: Readonly<Record<string, string>>;
  /** Base64url, by the name of the digest that is not found out without it. */
  readonly salts: Readonly<Record<string, string>>;
}

/** One encrypted part, as it is kept beside an entry. */
export interface SealedPart {
  /** The keyed index of the subject that it is about; undefined for what has none. */
  readonly subject: Uint8Array | undefined;
  /** Which key of the register opens it. */
  readonly kid: string;
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

/** Whose keys an exchange is sealed under, and when it came. */
export interface SealingFor {
  readonly subjects: readonly Subject[];
  /** The calling system: for what has no subject. */
  readonly system: string;
  /** RFC 3339, in UTC. */
  readonly at: string;
}

export interface PersonalSealer {
  /** Gets ready what `seal` will need, while something else is waited for. Never throws: `seal` says what is wrong. */
  prepare(sealing: SealingFor): void;
  /**
   * @param exchange the id of the entry; a part opens for no other
   * @throws Problem `ledger.unwritable` if the keys cannot be had: nothing may be entered or released then
   */
  seal(exchange: string, sealing: SealingFor, parts: PersonalParts): Promise<readonly SealedPart[]>;
}

/** A key of the register, encrypted. */
export interface HeldSubjectKey {
  readonly kid: string;
  /** The keyed index of whose it is. */
  readonly subject: Uint8Array;
  /** The year, or of a system the month: `2026`, `2026-11`. */
  readonly period: string;
  readonly wrapped: Uint8Array;
  /** The secret of the key ring that it is encrypted under. */
  readonly wrappedWith: string;
}

/** The register of subjects' keys, as the exchange sees it. It has to be where the boxes' backups are not. */
export interface SubjectKeyRegister {
  /**
   * The key of this subject and period that is there, or this one, which is kept then; in one round trip.
   * @throws Problem `ledger.unwritable`
   */
  keep(key: HeldSubjectKey): Promise<HeldSubjectKey>;
}
