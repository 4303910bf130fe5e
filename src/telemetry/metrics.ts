import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FreezeKind } from '../domain/freeze.ts';
import { OUTCOMES } from '../domain/ledger-entry.ts';
import { UNPROVEN_REASONS } from '../domain/party.ts';
import type { TlsState } from '../domain/tls-state.ts';
import { type OverloadMetrics, overloadMetrics } from './overload-metrics.ts';
import { type SourceMetrics, sourceMetrics } from './source-metrics.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric there is. Labels are ids of registered things, outcomes and codes: bounded, and never about a person. */
export interface Metrics extends SourceMetrics {
  readonly exchanges: Counter<'system' | 'contract' | 'purpose' | 'outcome' | 'code'>;
  readonly exchangeSeconds: Histogram<'outcome'>;
  readonly stageSeconds: Histogram<'stage' | 'outcome'>;
  readonly releasedFields: Counter<'contract' | 'treatment'>;
  readonly deliveriesAborted: Counter;
  readonly answers: Counter<'listener' | 'status'>;
  readonly enumerationAlarms: Counter<'system' | 'contract' | 'signal'>;
  setLedgerSize(size: number): void;
  setLedgerGuarded(guarded: boolean): void;
  /** How many accesses in an emergency are open. */
  setBreakGlass(count: number): void;
  readonly breakGlassExchanges: Counter<'outcome'>;
  setFreezes(kind: FreezeKind, count: number): void;
  /** For how long the oldest entry has waited that nobody outside the database vouches for. */
  setUnanchored(seconds: number): void;
  readonly snapshotReloads: Counter<'result'>;
  /** The hash of what is in force, and whether the files say the same. Each that loads is one generation more. */
  setSnapshot(hash: string, state: 'live' | 'narrowed'): void;
  readonly tlsReloads: Counter<'result'>;
  /** When what is in force ends, and whether the files say the same. */
  setTls(state: TlsState): void;
  readonly unproven: Counter<'reason'>;
  readonly overload: OverloadMetrics;
  /** Prometheus text format 0.0.4. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const ledgerSize = new Gauge({
    name: 'shuqiao_ledger_entries',
    help: 'Entries in the ledger when this instance last looked or wrote',
    registers,
  });
  const ledgerGuarded = new Gauge({
    name: 'shuqiao_ledger_guard_live',
    help: '1 while every trigger and event trigger that guards the ledger is in force',
    registers,
  });
  const unanchored = new Gauge({
    name: 'shuqiao_ledger_unanchored_seconds',
    help: 'How long the oldest entry has waited for a checkpoint that satisfies the trust policy; 0 without one to wait or without a policy',
    registers,
  });
  return {
    ...exchangeMetrics(registers),
    ...sourceMetrics(registers),
    overload: overloadMetrics(registers),
    ...breakGlassMetrics(registers),
    setFreezes: freezeGauge(registers),
    setLedgerSize: (size) => ledgerSize.set(size),
    setLedgerGuarded: (guarded) => ledgerGuarded.set(guarded ? 1 : 0),
    setUnanchored: (seconds) => unanchored.set(seconds),
    ...snapshotMetrics(registers),
    ...tlsMetrics(registers),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function breakGlassMetrics(registers: Registry[]): Pick<Metrics, 'setBreakGlass' | 'breakGlassExchanges'> {
  const open = new Gauge({
    name: 'shuqiao_break_glass_grants',
    help: 'Accesses in an emergency that are in force when this instance last looked',
    registers,
  });
  const breakGlassExchanges = new Counter({
    name: 'shuqiao_break_glass_exchanges_total',
    help: 'Exchanges under access in an emergency, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  // From 0 on, so that the first one is an increase.
  for (const outcome of OUTCOMES) breakGlassExchanges.inc({ outcome }, 0);
  return { setBreakGlass: (count) => open.set(count), breakGlassExchanges };
}

function freezeGauge(registers: Registry[]): Metrics['setFreezes'] {
  const freezes = new Gauge({
    name: 'shuqiao_freezes',
    help: 'What is frozen when this instance last looked, by the kind of thing',
    labelNames: ['kind'],
    registers,
  });
  return (kind, count) => freezes.set({ kind }, count);
}

function snapshotMetrics(registers: Registry[]): Pick<Metrics, 'snapshotReloads' | 'setSnapshot'> {
  const snapshotReloads = new Counter({
    name: 'shuqiao_snapshot_reloads_total',
    help: 'Times that the files of contracts and policies had changed: loaded or refused',
    labelNames: ['result'],
    registers,
  });
  // From 0 on, so that the first one is an increase.
  for (const result of ['loaded', 'refused']) snapshotReloads.inc({ result }, 0);
  const snapshot = new Gauge({
    name: 'shuqiao_policy_snapshot_info',
    help: '1 for the hash of the contracts and policies in force',
    labelNames: ['hash'],
    registers,
  });
  const live = new Gauge({
    name: 'shuqiao_snapshot_live',
    help: '1 while what is in force is what the files say, 0 while they are faulty',
    registers,
  });
  const generation = new Gauge({
    name: 'shuqiao_snapshot_generation',
    help: 'How many times contracts and policies were loaded by this process: the first is 1',
    registers,
  });
  const behind = new Gauge({
    name: 'shuqiao_snapshot_behind_since_timestamp_seconds',
    help: 'Since when the files are faulty and what is in force is behind them; 0 while it is not',
    registers,
  });
  let behindSince = 0;
  const setSnapshot = (hash: string, state: 'live' | 'narrowed'): void => {
    snapshot.reset();
    snapshot.set({ hash }, 1);
    live.set(state === 'live' ? 1 : 0);
    if (state === 'live') generation.inc();
    behindSince = state === 'live' ? 0 : behindSince || Math.floor(Date.now() / 1000);
    behind.set(behindSince);
  };
  return { snapshotReloads, setSnapshot };
}

function tlsMetrics(registers: Registry[]): Pick<Metrics, 'tlsReloads' | 'setTls' | 'unproven'> {
  const expiry = new Gauge({
    name: 'shuqiao_certificate_expiry_timestamp_seconds',
    help: 'When it ends, in seconds since the epoch: the certificate of the gateway, an authority, or a revocation list that has to be replaced by then',
    labelNames: ['kind', 'department', 'file'],
    registers,
  });
  const live = new Gauge({
    name: 'shuqiao_tls_live',
    help: '1 while the certificate, authorities and revocation lists in force are what the files say, 0 while some are faulty',
    registers,
  });
  const tlsReloads = new Counter({
    name: 'shuqiao_tls_reloads_total',
    help: 'Times that files of certificates, authorities or revocation lists had changed: loaded, or refused in part',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['loaded', 'refused']) tlsReloads.inc({ result }, 0);
  const unproven = new Counter({
    name: 'shuqiao_unproven_total',
    help: 'Exchanges refused because the connection proved nobody, by the reason',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of UNPROVEN_REASONS) unproven.inc({ reason }, 0);
  return {
    tlsReloads,
    unproven,
    setTls: ({ expiries, faults }) => {
      expiry.reset();
      for (const { kind, department, file, at } of expiries) expiry.set({ kind, department, file }, at / 1000);
      live.set(faults.length === 0 ? 1 : 0);
    },
  };
}

function exchangeMetrics(
  registers: Registry[],
): Pick<
  Metrics,
  | 'exchanges'
  | 'exchangeSeconds'
  | 'stageSeconds'
  | 'releasedFields'
  | 'deliveriesAborted'
  | 'answers'
  | 'enumerationAlarms'
> {
  return {
    exchanges: new Counter({
      name: 'shuqiao_exchanges_total',
      help: 'Exchanges by outcome: released, refused or failed',
      labelNames: ['system', 'contract', 'purpose', 'outcome', 'code'],
      registers,
    }),
    exchangeSeconds: new Histogram({
      name: 'shuqiao_exchange_seconds',
      help: 'Duration of exchanges',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'shuqiao_stage_seconds',
      help: 'Duration of the stages of exchanges',
      labelNames: ['stage', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    releasedFields: new Counter({
      name: 'shuqiao_released_fields_total',
      help: 'Fields released, by the treatment they had',
      labelNames: ['contract', 'treatment'],
      registers,
    }),
    deliveriesAborted: new Counter({
      name: 'shuqiao_deliveries_aborted_total',
      help: 'Recorded answers whose connection closed before they were gone',
      registers,
    }),
    enumerationAlarms: new Counter({
      name: 'shuqiao_enumeration_alarms_total',
      help: 'Times that a system seemed to go through the register behind a contract, by what gave it away',
      labelNames: ['system', 'contract', 'signal'],
      registers,
    }),
    answers: new Counter({
      name: 'shuqiao_http_answers_total',
      help: 'Answers of the listeners',
      labelNames: ['listener', 'status'],
      registers,
    }),
  };
}
