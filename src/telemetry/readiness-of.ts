import type { Anchorage, AnchorageState } from '../domain/anchorage.ts';
import type { Clock } from '../domain/clock.ts';
import type { LedgerReader } from '../domain/ledger-entry.ts';
import type { LiveSnapshot } from '../domain/live-snapshot.ts';
import type { TlsState } from '../domain/tls-state.ts';
import { anchorageCheck } from './anchorage-watch.ts';
import { databaseCheck } from './database-check.ts';
import type { FreezeWatch } from './freeze-watch.ts';
import type { Metrics } from './metrics.ts';
import { policyCheck } from './policy-check.ts';
import type { Readiness } from './telemetry-handler.ts';
import { tlsCheck } from './tls-check.ts';

export interface ReadinessNeeds {
  readonly live: LiveSnapshot;
  readonly tls: { readonly state: () => TlsState & { readonly trust: ReadonlyMap<string, unknown> } };
  readonly ledger: LedgerReader;
  readonly isLedgerWritable: () => Promise<boolean>;
  readonly isLedgerGuarded: () => Promise<boolean>;
  readonly database: { readonly description: string; readonly durable: boolean };
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly isStopping: () => boolean;
  readonly freezes: { readonly watch: Pick<FreezeWatch, 'check'> };
  /** Undefined where no trust policy says who has to vouch for the ledger. */
  readonly anchorage: (Anchorage & { state(): AnchorageState }) | undefined;
}

/** What `/readyz` answers: whether the gateway can record, and what it knows of its parts. */
export function readinessOf(needs: ReadinessNeeds): () => Promise<Readiness> {
  const { live, tls, ledger, database, metrics, clock, anchorage, freezes } = needs;
  return async () => {
    const writable = await needs.isLedgerWritable();
    const head = writable ? await ledger.head() : undefined;
    const guarded = await needs.isLedgerGuarded();
    if (head !== undefined) metrics.setLedgerSize(head.size);
    metrics.setLedgerGuarded(guarded);
    const stopping = needs.isStopping();
    const state = tls.state();
    return {
      ready: writable && !stopping && anchorage?.isRefusing() !== true,
      checks: {
        policy: policyCheck(live.state()),
        tls: tlsCheck(state, { departments: state.trust.size, nowMs: clock.now() }),
        ledger: { writable, guarded, ...(head === undefined ? {} : { size: head.size }) },
        ...(anchorage === undefined ? {} : { anchorage: anchorageCheck(anchorage.state()) }),
        freezes: freezes.watch.check(),
        database: databaseCheck(database),
        process: { stopping },
      },
    };
  };
}
