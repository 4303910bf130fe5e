import type { Anchorage, AnchorageState, CheckpointedLedger } from '../domain/anchorage.ts';
import type { Clock } from '../domain/clock.ts';
import { NoteError } from '../transparency/note-error.ts';
import { checkAgainst, isReached, type TrustPolicy } from '../transparency/trust-policy.ts';

export interface AnchorageNeeds {
  /** Undefined: nobody is asked to vouch for the ledger. */
  readonly policy: TrustPolicy | undefined;
  readonly ledger: CheckpointedLedger;
  readonly clock: Clock;
  readonly graceMs: number;
}

export interface WatchedAnchorage extends Anchorage {
  state(): AnchorageState;
  /** To be called every few seconds. When it rejects, what was known before goes on counting. */
  look(): Promise<void>;
}

/** Publishing once a second, witnesses that take their time, and our own looking: later than this, something is missing. */
const LATE_MS = 15_000;

/**
 * Knows since when there are entries that nobody outside vouches for. Whoever owns the database can keep checkpoints from
 * it, or make it say that an entry is younger than it is, but not make the time end that it has counted already.
 */
export function createAnchorage({ policy, ledger, clock, graceMs }: AnchorageNeeds): WatchedAnchorage | undefined {
  if (policy === undefined) return undefined;
  // Owned by this closure: what is known since the last look.
  let anchored = 0;
  let waitingSince: number | undefined;
  let lookedAt = clock.now();
  let isCut = false;

  const waitingMs = (): number => (waitingSince === undefined ? 0 : Math.max(0, clock.now() - waitingSince));
  const isOver = (): boolean => waitingMs() > graceMs;

  const take = async (at: number): Promise<void> => {
    const { size, notes } = await ledger.look(anchored);
    const newer = notes.map((note) => anchoredBy(policy, note)).find((entries) => entries > anchored);
    // What is counted for one entry says nothing of the one after it.
    if (newer !== undefined) waitingSince = undefined;
    anchored = newer ?? anchored;
    isCut ||= anchored > size;
    if (size <= anchored) waitingSince = undefined;
    else waitingSince = Math.min(waitingSince ?? at, (await ledger.recordedAt(anchored)) ?? at);
  };

  return {
    isRefusing: () => isCut || isOver(),
    state: () => ({
      anchored,
      waitingMs: waitingMs(),
      standing: isCut ? 'cut' : isOver() ? 'over' : waitingMs() > LATE_MS ? 'late' : 'anchored',
    }),
    look: async () => {
      const at = clock.now();
      try {
        await take(at);
        lookedAt = at;
      } catch (error) {
        waitingSince ??= lookedAt;
        throw error;
      }
    },
  };
}

/** The log alone is nobody outside: its key is the operator's own. */
export function asksForWitnesses(policy: TrustPolicy | undefined): boolean {
  return policy !== undefined && !isReached(policy.quorum, new Set());
}

/** Of how many entries the note is, if the trust policy is satisfied with it; otherwise none. */
function anchoredBy(policy: TrustPolicy, note: string): number {
  try {
    const { checkpoint, satisfied } = checkAgainst(policy, note);
    return satisfied ? checkpoint.size : 0;
  } catch (error) {
    if (error instanceof NoteError) return 0;
    throw error;
  }
}
