/** The head of the log as the database has it. */
export interface LogHead {
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
  /** How far the write-ahead log was flushed after the head was read: the head is no later than this. */
  readonly position: string;
}

export interface LoggedEntry {
  readonly index: number;
  /** The exact bytes that were hashed. */
  readonly entry: Uint8Array;
}

/** A published checkpoint: a note with its cosignatures, and the size that it is of. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** The log in the database, as its publisher may use it. What it says is compared, never believed. */
export interface LogSource {
  /** Undefined while another publisher has the database. */
  head(): Promise<LogHead | undefined>;
  /** In order, from `from` up to but not including `to`, read in pages; what is not there is left out. */
  entries(from: number, to: number): AsyncIterable<LoggedEntry>;
  /** The index of the first entry that is there: those before it were pruned. */
  begins(): Promise<number>;
  /** The hashes that stand for the full tiles of a level, from `from` up to but not including `to`, as far as they are kept. */
  tileRoots(level: number, from: number, to: number): Promise<readonly Uint8Array[]>;
  /** The names of the standbys that have flushed at least this much. */
  standbysAt(position: string): Promise<readonly string[]>;
  /** The largest checkpoint that was stored, of whatever origin. */
  latestCheckpoint(): Promise<PublishedCheckpoint | undefined>;
  /** Stores one; of a size that is stored already, nothing. */
  storeCheckpoint(checkpoint: PublishedCheckpoint): Promise<void>;
}
