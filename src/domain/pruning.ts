/** A prefix of the ledger that an entry says is taken out 清理, and how far that is. */
export interface Pruning {
  /** The entries before this index. */
  readonly upto: number;
  /** The entry that records it. */
  readonly by: number;
  /** Whether they are gone. */
  readonly dropped: boolean;
  /** Whether all that led to them is gone as well. */
  readonly finished: boolean;
}
