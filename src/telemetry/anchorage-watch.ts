import type { AnchorageState } from '../domain/anchorage.ts';
import { errorName, errorPlace, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './telemetry-handler.ts';

interface Watched {
  state(): AnchorageState;
  look(): Promise<void>;
}

/** Looks, and tells: a metric each time, a line in the log when the standing changes, and when looking begins to fail. */
export function watchAnchorage(anchorage: Watched | undefined, metrics: Metrics, log: Log): () => Promise<void> {
  // Owned by this closure: what was told last.
  let told: AnchorageState['standing'] = 'anchored';
  let isBlind = false;
  return async () => {
    if (anchorage === undefined) return;
    try {
      await anchorage.look();
      isBlind = false;
    } catch (error) {
      if (!isBlind) log.write('error', 'checkpoints-unreadable', { cause: errorName(error), at: errorPlace(error) });
      isBlind = true;
    }
    const { standing, anchored, waitingMs } = anchorage.state();
    metrics.setUnanchored(waitingMs / 1000);
    const { level, event } = LINES[standing];
    if (standing !== told) log.write(level, event, { size: anchored, ms: waitingMs });
    told = standing;
  };
}

const LINES = {
  anchored: { level: 'info', event: 'ledger-anchored' },
  late: { level: 'error', event: 'ledger-unanchored' },
  over: { level: 'error', event: 'ledger-grace-over' },
  cut: { level: 'error', event: 'ledger-cut' },
} as const;

/** What `/readyz` says of it. */
export function anchorageCheck({ standing, anchored, waitingMs }: AnchorageState): Readiness['checks'][string] {
  return { standing, anchored, waitingSeconds: Math.floor(waitingMs / 1000) };
}
