import type { JsonObject } from './json.ts';

export const OUTCOMES = ['released', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * One line of the 台账. Only ids, names of fields, sizes, times and digests: an entry is never erased, so it holds no
 * personal data. Integers and strings only, so that its canonical form has one spelling everywhere.
 */
export interface LedgerEntry extends JsonObject {
  readonly kind: 'exchange';
  readonly exchange: string;
  readonly outcome: Outcome;
}

/** 回执: where the entry stands, and its leaf, which nobody can put elsewhere afterwards without contradicting it. */
export interface Receipt {
  readonly index: number;
  /** SHA-256(0x00 ‖ entry), RFC 6962 §2.1, hex. */
  readonly leaf: string;
}

export interface LedgerWriter {
  /**
   * When this resolves, the entry is committed and its index is final. When it rejects, the entry may or may not be
   * there: the caller must answer as if it were not, and never release the data. The ledger may then hold more than
   * was released, never less. Calls may race; the implementation puts them in order.
   */
  append(entry: LedgerEntry): Promise<Receipt>;
}

export interface LedgerHead {
  /** Number of entries. */
  readonly size: number;
  /** Running chain hash after the last of them, hex. */
  readonly chain: string;
}

export interface LedgerRow {
  readonly index: number;
  /** The canonical JSON that was hashed: the only authority. */
  readonly entry: string;
  readonly leaf: string;
  readonly chain: string;
  /** Copies kept beside the entry for searching; a verifier derives them again. */
  readonly columns: {
    readonly exchange: string;
    readonly outcome: string;
    readonly consumer: string;
    readonly contract: string;
  };
}

export interface LedgerReader {
  head(): Promise<LedgerHead>;
  /** Rows in order, from index `from`, or 0, up to `size`, read in pages. */
  rows(size: number, from?: number): AsyncIterable<LedgerRow>;
}
