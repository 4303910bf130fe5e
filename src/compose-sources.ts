import { randomUUID } from 'node:crypto';
import type { Core, Parts } from './core.ts';
import { createEnterChanges } from './data-plane/3-fetch/enter-changes.ts';
import { createSources } from './data-plane/3-fetch/sources.ts';
import type { BreakerOrders } from './domain/breaker-order.ts';
import { errorName, errorPlace } from './telemetry/log.ts';

type Made = Pick<Core, 'sources' | 'breakerEntries'>;

/** The sources, and what their breakers do on its way to metrics, log and ledger. */
export function composeSources(
  { sources: configured }: Pick<Parts, 'sources'>,
  { clock, random, ledger, log, metrics, observer }: Omit<Core, keyof Made>,
): Made {
  const breakerEntries = createEnterChanges({
    ledger,
    clock,
    random,
    gateway: randomUUID(),
    lost: () => log.write('error', 'breaker-change-unrecorded'),
  });
  const sources = createSources(configured, {
    clock,
    random,
    changed: (change) => {
      observer.breakerChanged(change);
      breakerEntries.enter(change);
    },
  });
  metrics.watchSources(sources.states);
  return { sources, breakerEntries };
}

/** One look at what operators ordered. While the database is away, what they ordered before stays carried out. */
export function obeyOrders(
  { sources, log }: Pick<Core, 'sources' | 'log'>,
  orders: BreakerOrders,
): () => Promise<void> {
  return async () => {
    try {
      sources.obey(await orders.read());
    } catch (error) {
      log.write('warn', 'breaker-orders-unreadable', { cause: errorName(error), at: errorPlace(error) });
    }
  };
}
