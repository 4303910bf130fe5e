import { liveBreakGlass } from './config/live-break-glass.ts';
import type { Freezer, FrozenThings } from './domain/freeze.ts';
import type { LiveSnapshot } from './domain/live-snapshot.ts';
import type { OpenKeyRing } from './keys/key-ring.ts';
import type { ActNeeds } from './ledger/officer-act.ts';
import { openGrants } from './store/break-glass.ts';
import type { Database } from './store/database.ts';
import { freezer } from './store/freezes.ts';
import { frozenThings } from './store/frozen-things.ts';
import { watchBreakGlass } from './telemetry/break-glass-watch.ts';
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

/** What is open in an emergency: part of the snapshot that every exchange goes by. */
export function createBreakGlass(
  {
    live,
    keyRing,
    exchange,
  }: { readonly live: LiveSnapshot; readonly keyRing: OpenKeyRing; readonly exchange: Database },
  metrics: Metrics,
  log: Log,
): { readonly live: LiveSnapshot; look(): Promise<void> } {
  const opened = liveBreakGlass(live, openGrants(exchange), keyRing.treatmentKeys);
  return { live: opened.live, look: watchBreakGlass(opened, metrics, log) };
}
