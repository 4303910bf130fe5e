import type { AlarmObserver } from '../domain/alarm.ts';
import type { SnapshotObserver } from '../domain/live-snapshot.ts';
import type { ExchangeObserver } from '../domain/observer.ts';
import type { TlsState } from '../domain/tls-state.ts';
import { errorName, errorPlace, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Turns what exchanges tell into metrics and log lines. */
export function createObserver(metrics: Metrics, log: Log): ExchangeObserver {
  return {
    stageEnded: (stage, outcome, milliseconds) => metrics.stageSeconds.observe({ stage, outcome }, milliseconds / 1000),
    exchangeEnded: (summary, cause) => {
      const { exchange, request, outcome, code, reason, milliseconds } = summary;
      if (reason !== undefined) metrics.unproven.inc({ reason });
      const { system = 'unknown', contract = 'unknown', purpose = 'unknown' } = summary;
      metrics.exchanges.inc({ system, contract, purpose, outcome, code: code ?? 'none' });
      metrics.exchangeSeconds.observe({ outcome }, milliseconds / 1000);
      for (const treatment of summary.treatments) metrics.releasedFields.inc({ contract, treatment });
      if (summary.breakGlass !== undefined) {
        metrics.breakGlassExchanges.inc({ outcome });
        log.write('warn', 'break-glass-used', { exchange, breakGlass: summary.breakGlass, outcome });
      }
      const named = { system: summary.system, contract: summary.contract, purpose: summary.purpose };
      const why = cause === undefined ? {} : { cause: errorName(cause), at: errorPlace(cause) };
      log.write('info', 'exchange', { exchange, request, ...named, outcome, code, reason, ms: milliseconds, ...why });
    },
    deliveryAborted: (exchange) => {
      metrics.deliveriesAborted.inc();
      log.write('warn', 'delivery-aborted', { exchange });
    },
    breakerChanged: ({ source, endpoint, to: state, why }) => {
      metrics.breakerChanges.inc({ source, to: state });
      log.write(state === 'closed' ? 'info' : 'warn', 'breaker', { source, endpoint, state, why });
    },
  };
}

/** Turns alarms into metrics and log lines. */
export function createAlarmObserver(metrics: Metrics, log: Log): AlarmObserver {
  return ({ signal, system, contract, grant }, frozen) => {
    metrics.enumerationAlarms.inc({ system, contract, signal });
    log.write('error', 'enumeration', { signal, system, contract, grant, frozen: frozen ? 'system' : undefined });
  };
}

/** The rest is counted: one broken folder can make thousands. */
const MOST_FAULTS = 20;

/** Turns what becomes of changed contracts and policies into metrics and log lines. */
export function createSnapshotObserver(metrics: Metrics, log: Log): SnapshotObserver {
  return {
    loaded: ({ hash, plans }) => {
      metrics.snapshotReloads.inc({ result: 'loaded' });
      metrics.setSnapshot(hash, 'live');
      log.write('info', 'snapshot-loaded', { snapshot: hash, grants: plans.length });
    },
    refused: ({ snapshot: { hash, plans }, faults }, cause) => {
      metrics.snapshotReloads.inc({ result: 'refused' });
      metrics.setSnapshot(hash, 'narrowed');
      const why = cause === undefined ? {} : { cause: errorName(cause), at: errorPlace(cause) };
      log.write('error', 'snapshot-refused', { snapshot: hash, grants: plans.length, faults: faults.length, ...why });
      for (const { file, pointer, message } of faults.slice(0, MOST_FAULTS))
        log.write('error', 'snapshot-fault', { file, pointer, fault: message });
    },
  };
}

/** Turns what becomes of changed certificates, authorities and revocation lists into metrics and log lines. */
export function createTlsObserver(metrics: Metrics, log: Log): (state: TlsState) => void {
  return (state) => {
    const { faults } = state;
    const result = faults.length === 0 ? 'loaded' : 'refused';
    metrics.tlsReloads.inc({ result });
    metrics.setTls(state);
    if (result === 'loaded') log.write('info', 'tls-loaded');
    else log.write('error', 'tls-refused', { faults: faults.length });
    for (const { file, pointer, message } of faults.slice(0, MOST_FAULTS))
      log.write('error', 'tls-fault', { file, pointer, fault: message });
  };
}
