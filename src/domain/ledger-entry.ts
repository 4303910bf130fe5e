import type { JsonObject } from './json.ts';
import type { SealedPart } from './personal-parts.ts';

export const OUTCOMES = ['released', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Raised when the form of entries changes, so that a reader knows what to expect. */
export const ENTRY_VERSION = 3;

/**
 * One line of the 台账. Only ids, names of fields, sizes, times and digests: an entry is never erased, so it holds no
 * personal data, and its digests are keyed or salted. Integers and strings only, so that its canonical form has one spelling everywhere.
 */
export type LedgerEntry = ExchangeEntry | OperatorEntry | GatewayEntry;

/** What became of one exchange. */
export interface ExchangeEntry extends JsonObject {
  readonly kind: 'exchange';
  readonly exchange: string;
  readonly outcome: Outcome;
}

export const OPERATOR_KINDS = [
  'lookup',
  'reveal',
  'shred',
  'prune',
  'breaker-order',
  'freeze',
  'lift',
  'break-glass',
] as const;

/** What somebody did with the ledger: looked for a subject 查询, opened a part 查阅, made some unreadable 销毁, took old entries out 清理; ordered the breakers of a source; froze something 停用, lifted that, opened access in an emergency 应急. */
export interface OperatorEntry extends JsonObject {
  readonly kind: (typeof OPERATOR_KINDS)[number];
  readonly id: string;
}

export const GATEWAY_KINDS = ['breaker', 'alarm'] as const;

/** What a gateway did or noticed by itself: a breaker 熔断 of a source changed; a system seems to go through a register 枚举告警. */
export interface GatewayEntry extends JsonObject {
  readonly kind: (typeof GATEWAY_KINDS)[number];
  readonly id: string;
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
   * @param aside what is kept beside the entry in the same transaction, and is no evidence: parts that can be made unreadable
   */
  append(entry: LedgerEntry, aside?: readonly SealedPart[]): Promise<Receipt>;
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
