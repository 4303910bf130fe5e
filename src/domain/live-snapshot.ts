import type { Fault } from './fault.ts';
import type { Snapshot } from './snapshot.ts';

/** What is in force, and why that is not all that the files say. */
export interface SnapshotState {
  readonly snapshot: Snapshot;
  /** None: the files and what is in force are the same. */
  readonly faults: readonly Fault[];
}

/** Where it is told what became of files that changed. Implementations never throw. */
export interface SnapshotObserver {
  /** All of them are in force. */
  loaded(snapshot: Snapshot): void;
  /** They are faulty. `cause` is what was thrown if that was no list of faults. */
  refused(state: SnapshotState, cause?: unknown): void;
}

/** Contracts and policies that change while the gateway runs. */
export interface LiveSnapshot {
  state(): SnapshotState;
  /** Begins to follow the files. What it returns stops that, and waits for a reading that is under way. */
  follow(observer: SnapshotObserver): () => Promise<void>;
}
