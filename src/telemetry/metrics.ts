import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../domain/observer.ts';
import { UNPROVEN_REASONS } from '../domain/party.ts';
import type { TlsState } from '../domain/tls-state.ts';
import { type OverloadMetrics, overloadMetrics } from './overload-metrics.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;

/** Every metric there is. Labels are ids of registered things, outcomes and codes: bounded, and never about a person. */
export interface Metrics {
  readonly exchanges: Counter<'system' | 'contract' | 'purpose' | 'outcome' | 'code'>;
  readonly exchangeSeconds: Histogram<'outcome'>;
  readonly stageSeconds: Histogram<'stage' | 'outcome'>;
  readonly releasedFields: Counter<'contract' | 'treatment'>;
  readonly deliveriesAborted: Counter;
  readonly answers: Counter<'listener' | 'status'>;
  setBreaker(source: string, state: BreakerState): void;
  setLedgerSize(size: number): void;
  setLedgerGuarded(guarded: boolean): void;
  /** For how long the oldest entry has waited that nobody outside the database vouches for. */
  setUnanchored(seconds: number): void;
  readonly snapshotReloads: Counter<'result'>;
  /** The hash of what is in force, and whether the files say the same. */
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
  const breaker = new Gauge({
    name: 'shuqiao_source_breaker_state',
    help: '1 for the state the breaker of a source is in',
    labelNames: ['source', 'state'],
    registers,
  });
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
  return {
    ...exchangeMetrics(registers),
    setBreaker: (source, current) => {
      for (const state of BREAKER_STATES) breaker.set({ source, state }, state === current ? 1 : 0);
    },
    setLedgerSize: (size) => ledgerSize.set(size),
    setLedgerGuarded: (guarded) => ledgerGuarded.set(guarded ? 1 : 0),
    setUnanchored: (seconds) => unanchored.set(seconds),
    snapshotReloads: snapshotReloads(registers),
    setSnapshot: (hash, state) => {
      snapshot.reset();
      snapshot.set({ hash }, 1);
      live.set(state === 'live' ? 1 : 0);
    },
    ...tlsMetrics(registers),
    overload: overloadMetrics(registers),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function snapshotReloads(registers: Registry[]): Counter<'result'> {
  const reloads = new Counter({
    name: 'shuqiao_snapshot_reloads_total',
    help: 'Times that the files of contracts and policies had changed: loaded or refused',
    labelNames: ['result'],
    registers,
  });
  // From 0 on, so that the first one is an increase.
  for (const result of ['loaded', 'refused']) reloads.inc({ result }, 0);
  return reloads;
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
  'exchanges' | 'exchangeSeconds' | 'stageSeconds' | 'releasedFields' | 'deliveriesAborted' | 'answers'
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
    answers: new Counter({
      name: 'shuqiao_http_answers_total',
      help: 'Answers of the listeners',
      labelNames: ['listener', 'status'],
      registers,
    }),
  };
}
