import type { Core } from './core.ts';
import { alarmingQuotas } from './data-plane/alarming-quotas.ts';
import type { Quotas } from './domain/quotas.ts';
import { translated } from './store/database.ts';
import type { Databases } from './store/open-databases.ts';
import { quotas } from './store/quotas.ts';
import { createAlarmObserver } from './telemetry/observer.ts';

/** Quotas in the database of the ledger, with what follows from an alarm. */
export function composeQuotas(
  databases: Databases,
  {
    ledger,
    clock,
    random,
    metrics,
    log,
    freezes,
  }: Pick<Core, 'ledger' | 'clock' | 'random' | 'metrics' | 'log' | 'freezes'>,
): Quotas {
  return alarmingQuotas(quotas(databases.exchange), {
    ledger,
    clock,
    random,
    freezer: { add: async (order) => await translated(freezes.add(order)) },
    alarmed: createAlarmObserver(metrics, log),
  });
}
