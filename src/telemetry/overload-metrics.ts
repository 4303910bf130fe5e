import { Counter, Gauge, type Registry } from 'prom-client';
import { DROPPED_REASONS, type DroppedReason, type Load, SHED_REASONS, type ShedReason } from '../domain/overload.ts';

/** What the front of the gateway does, counted. */
export interface OverloadMetrics {
  readonly shed: Counter<'reason'>;
  readonly dropped: Counter<'reason'>;
  /** Asked at each scrape. */
  followLoad(load: () => Load): void;
}

export function overloadMetrics(registers: Registry[]): OverloadMetrics {
  const shed = new Counter({
    name: 'shuqiao_shed_total',
    help: 'Requests turned away before anything of them was read, by the reason; none of them is in the ledger',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of SHED_REASONS) shed.inc({ reason } satisfies Record<'reason', ShedReason>, 0);
  const dropped = new Counter({
    name: 'shuqiao_connections_dropped_total',
    help: 'Connections closed before anything was asked on them, by the limit that was reached',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of DROPPED_REASONS) dropped.inc({ reason } satisfies Record<'reason', DroppedReason>, 0);
  const gauge = (name: string, help: string, value: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  return {
    shed,
    dropped,
    followLoad: (load) => {
      gauge('shuqiao_concurrency_limit', 'How many requests are worked on at a time, as of now', () => load().limit);
      gauge('shuqiao_requests_at_work', 'Requests that are worked on', () => load().atWork);
      gauge(
        'shuqiao_requests_in_flight',
        'Those, and those that wait for a source or their caller',
        () => load().inFlight,
      );
      gauge('shuqiao_requests_waiting', 'Requests in the line in front of the gateway', () => load().waiting);
    },
  };
}
