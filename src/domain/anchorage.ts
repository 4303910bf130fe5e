/** Whether somebody outside the database vouches for the ledger: what an exchange has to know of it. */
export interface Anchorage {
  /** Entries wait for longer than the grace, or some that were vouched for are gone. */
  isRefusing(): boolean;
}

/** For those who watch the gateway. */
export interface AnchorageState {
  /** Entries that a checkpoint covers which the trust policy is satisfied with. */
  readonly anchored: number;
  /** For how long the oldest entry beyond them has waited, or nobody could look; 0 if there is none. */
  readonly waitingMs: number;
  /** `late`: for longer than it takes. `over`: for longer than the grace. `cut`: entries that were vouched for are gone. */
  readonly standing: 'anchored' | 'late' | 'over' | 'cut';
}

/** The ledger with its checkpoints, as the gateway looks at it now and then. */
export interface CheckpointedLedger {
  /** At one instant: its size, and the notes of checkpoints of more than `after` entries, the largest first. */
  look(after: number): Promise<{ readonly size: number; readonly notes: readonly string[] }>;
  /** Milliseconds since the epoch by the clock of the database; undefined if there is no such entry. */
  recordedAt(index: number): Promise<number | undefined>;
}
