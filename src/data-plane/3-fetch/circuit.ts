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
  const { failurePercent, minimumCalls, consecutiveFailures, restMs, probes } = settings;
  const window = slidingWindow(settings.windowMs, clock);
  let current: BreakerState = 'closed';
  // What began under an earlier state is no evidence for this one.
  let generation = 0;
  let openedAt = 0;
  let isHeld = false;
  let isProbing = false;
  /** Failures of a closed circuit, successes of a half-open one. */
  let inARow = 0;

  function become(to: BreakerState, why: BreakerChange['why']): void {
    const from = current;
    current = to;
    generation += 1;
    isProbing = false;
    inARow = 0;
    window.clear();
    if (to === 'open') openedAt = clock.now();
    changed({ from, to, why });
  }

  function settle(): BreakerState {
    // A clock that was set back would make the rest longer by as much.
    if (clock.now() < openedAt) openedAt = clock.now();
    if (current === 'open' && !isHeld && clock.now() - openedAt >= restMs) become('half-open', 'rested');
    return current;
  }

  function count(verdict: Verdict): void {
    if (verdict === 'unknown') return;
    window.add(verdict === 'healthy');
    inARow = verdict === 'healthy' ? 0 : inARow + 1;
    const { calls, failures } = window.sum();
    if (inARow >= consecutiveFailures) become('open', 'failures-in-a-row');
    else if (calls >= minimumCalls && failures * 100 > failurePercent * calls) become('open', 'share-of-failures');
  }

  function probed(verdict: Verdict): void {
    isProbing = false;
    if (verdict === 'unhealthy') become('open', 'probe-failed');
    if (verdict !== 'healthy') return;
    inARow += 1;
    if (inARow >= probes) become('closed', 'probes-succeeded');
  }

  return {
    state: settle,
    permit: () => {
      const state = settle();
      if (state === 'open' || (state === 'half-open' && isProbing)) return undefined;
      isProbing = state === 'half-open';
      const began = generation;
      let isOver = false;
      return (verdict) => {
        if (isOver || began !== generation) return;
        isOver = true;
        if (state === 'half-open') probed(verdict);
        else count(verdict);
      };
    },
    restMs: () => (settle() === 'open' && !isHeld ? openedAt + restMs - clock.now() : restMs),
    hold: () => {
      isHeld = true;
      if (settle() !== 'open') become('open', 'by-hand');
    },
    reset: () => {
      isHeld = false;
      if (settle() !== 'closed') become('closed', 'by-hand');
      else {
        inARow = 0;
        window.clear();
      }
    },
  };
}
