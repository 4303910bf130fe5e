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
import { withinASecond } from './within-a-second.ts';

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
  const { live, tls, database, metrics, clock, anchorage, freezes } = needs;
  const look = withinASecond(async () => await lookAtLedger(needs), UNKNOWN);
  return async () => {
    const { writable, guarded, size } = await look();
    if (size !== undefined) metrics.setLedgerSize(size);
    metrics.setLedgerGuarded(guarded);
    const stopping = needs.isStopping();
    const state = tls.state();
    return {
      ready: writable && !stopping && anchorage?.isRefusing() !== true,
      checks: {
        policy: policyCheck(live.state()),
        tls: tlsCheck(state, { departments: state.trust.size, nowMs: clock.now() }),
        ledger: { writable, guarded, ...(size === undefined ? {} : { size }) },
        ...(anchorage === undefined ? {} : { anchorage: anchorageCheck(anchorage.state()) }),
        freezes: freezes.watch.check(),
        database: databaseCheck(database),
        process: { stopping },
      },
    };
  };
}

interface Look {
  readonly writable: boolean;
  readonly guarded: boolean;
  readonly size: number | undefined;
}

const UNKNOWN: Look = { writable: false, guarded: false, size: undefined };

async function lookAtLedger({ ledger, isLedgerWritable, isLedgerGuarded }: ReadinessNeeds): Promise<Look> {
  const [writable, guarded] = await Promise.all([isLedgerWritable(), isLedgerGuarded()]);
  return writable ? { writable, guarded, size: (await ledger.head()).size } : { writable, guarded, size: undefined };
}
