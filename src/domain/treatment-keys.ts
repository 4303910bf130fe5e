/** Between whom and for what a key is used. Nothing that is keyed in one scope can be joined with another. */
export interface KeyScope {
  /** The department whose record it is. */
  readonly provider: string;
  /** The department that receives it. */
  readonly consumer: string;
  readonly purpose: string;
}

export interface ScopedKeys {
  /**
   * The key for one use, the same in every process with the same master secret.
   * @param length in bytes, at least 16
   * @param epoch chooses the master secret of the ring that is for it
   * @throws RangeError if no secret is for the epoch, or the length is out of bounds, or another than before for this use
   * @throws TypeError for a lone surrogate in a name
   */
  derive(use: string, length: number, epoch?: number): Uint8Array;
}

/** Keys of the treatments that need one: pseudonyms, format-preserving encryption, tokens. */
export interface TreatmentKeys {
  for(scope: KeyScope): ScopedKeys;
}
