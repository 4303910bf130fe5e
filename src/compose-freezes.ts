import type { Freezer, FrozenThings } from './domain/freeze.ts';
import type { ActNeeds } from './ledger/officer-act.ts';
import type { Database } from './store/database.ts';
import { freezer } from './store/freezes.ts';
import { frozenThings } from './store/frozen-things.ts';
import { type FreezeWatch, watchFreezes } from './telemetry/freeze-watch.ts';
import type { Log } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What a gateway has to do with freezes: goes by them, tells of them, and may freeze by itself. */
export interface GatewayFreezes extends FrozenThings, Freezer {
  readonly watch: FreezeWatch;
}

export function createFreezes(
  exchange: Database,
  { metrics, log, ...needs }: ActNeeds & { readonly metrics: Metrics; readonly log: Log },
): GatewayFreezes {
  const { find, all } = frozenThings(exchange);
  return { ...freezer(exchange, needs), find, watch: watchFreezes(all, metrics, log) };
}
