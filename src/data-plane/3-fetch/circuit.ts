import type { Clock } from '../../domain/clock.ts';
import type { BreakerChange, BreakerState } from '../../domain/observer.ts';
import type { BreakerSettings } from '../../domain/source-settings.ts';
import { slidingWindow } from './sliding-window.ts';

/** What a call says of the health of what was called. `unknown`: nothing, as when its caller left. */
export type Verdict = 'healthy' | 'unhealthy' | 'unknown';

/** Ends the call that was permitted, once; a second time it says nothing. */
export type Permit = (verdict: Verdict) => void;

export type CircuitSettings = Omit<BreakerSettings, 'concurrency' | 'waiting' | 'waitMs'>;

/** Whether one endpoint of a source may be asked now. No timer: time passes when somebody looks. */
export interface Circuit {
  state(): BreakerState;
  /** Undefined while it is to be left alone. */
  permit(): Permit | undefined;
  /** Until a call is let through again; while it is held by hand, as long as a rest. */
  restMs(): number;
  /** Opens it until it is reset, whatever the source does. */
  hold(): void;
  /** Closes it and forgets what was counted. */
  reset(): void;
}

type Why = BreakerChange['why'];

/**
 * Opens when more than a share of enough calls in a sliding window failed, or when so many failed in a row. After a rest
 * it is half-open: one call at a time is a probe, the others fail fast; so many probes in a row have to succeed before it
 * closes, and one that fails opens it again, for no longer than before (docs/decisions/0035).
 */
export function createCircuit(
  settings: CircuitSettings,
  clock: Clock,
  changed: (change: BreakerChange) => void,
): Circuit {
  const { restMs } = settings;
  const tally = createTally(settings, clock);
  const probation = createProbation(settings.probes);
  let current: BreakerState = 'closed';
  // What began under an earlier state is no evidence for this one.
  let generation = 0;
  let openedAt = 0;
  let isHeld = false;

  function become(to: BreakerState, why: Why): void {
    const from = current;
    current = to;
    generation += 1;
    tally.clear();
    probation.clear();
    if (to === 'open') openedAt = clock.now();
    changed({ from, to, why });
  }

  function settle(): BreakerState {
    // A clock that was set back would make the rest longer by as much.
    if (clock.now() < openedAt) openedAt = clock.now();
    if (current === 'open' && !isHeld && clock.now() - openedAt >= restMs) become('half-open', 'rested');
    return current;
  }

  function judge(verdict: Verdict): void {
    const why = (current === 'half-open' ? probation : tally).end(verdict);
    if (why !== undefined) become(why === 'probes-succeeded' ? 'closed' : 'open', why);
  }

  return {
    state: settle,
    permit: () => {
      const state = settle();
      if (state === 'open' || (state === 'half-open' && !probation.begin())) return undefined;
      const began = generation;
      let isOver = false;
      return (verdict) => {
        if (!isOver && began === generation) judge(verdict);
        isOver = true;
      };
    },
    restMs: () => (settle() === 'open' && !isHeld ? openedAt + restMs - clock.now() : restMs),
    hold: () => {
      isHeld = true;
      if (settle() !== 'open') become('open', 'by-hand');
    },
    reset: () => {
      isHeld = false;
      if (settle() === 'closed') tally.clear();
      else become('closed', 'by-hand');
    },
  };
}

/** What a state makes of the calls that end under it. */
interface Evidence {
  /** Why it is over with this state, if it is. */
  end(verdict: Verdict): Why | undefined;
  clear(): void;
}

/** Of a closed circuit. */
function createTally(settings: CircuitSettings, clock: Clock): Evidence {
  const { failurePercent, minimumCalls, consecutiveFailures, windowMs } = settings;
  const window = slidingWindow(windowMs, clock);
  let inARow = 0;
  return {
    end: (verdict) => {
      if (verdict === 'unknown') return undefined;
      window.add(verdict === 'healthy');
      inARow = verdict === 'healthy' ? 0 : inARow + 1;
      if (inARow >= consecutiveFailures) return 'failures-in-a-row';
      const { calls, failures } = window.sum();
      return calls >= minimumCalls && failures * 100 > failurePercent * calls ? 'share-of-failures' : undefined;
    },
    clear: () => {
      window.clear();
      inARow = 0;
    },
  };
}

/** Of a half-open circuit. */
function createProbation(probes: number): Evidence & { begin(): boolean } {
  let isProbing = false;
  let succeeded = 0;
  return {
    begin: () => {
      if (isProbing) return false;
      isProbing = true;
      return true;
    },
    end: (verdict) => {
      isProbing = false;
      if (verdict === 'unhealthy') return 'probe-failed';
      if (verdict === 'healthy') succeeded += 1;
      return succeeded >= probes ? 'probes-succeeded' : undefined;
    },
    clear: () => {
      isProbing = false;
      succeeded = 0;
    },
  };
}
