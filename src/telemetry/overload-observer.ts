import type { OverloadObserver, ShedReason } from '../domain/overload.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** One line for each reason in so long: a flood of refusals is not to become one of lines. */
const PERIOD_MS = 10_000;

/** Counts each request that was turned away, and says in the log how many there were. */
export function createOverloadObserver(metrics: Pick<Metrics, 'overload'>, log: Log): OverloadObserver {
  const unsaid = new Map<ShedReason, number>();

  function say(): void {
    for (const [reason, size] of unsaid) log.write('warn', 'shed', { reason, size, ms: PERIOD_MS });
    unsaid.clear();
  }

  return {
    shed: (reason) => {
      metrics.overload.shed.inc({ reason });
      if (unsaid.size === 0) setTimeout(say, PERIOD_MS).unref();
      unsaid.set(reason, (unsaid.get(reason) ?? 0) + 1);
    },
    dropped: (reason) => metrics.overload.dropped.inc({ reason }),
  };
}
