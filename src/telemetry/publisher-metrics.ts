import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Every metric of the publisher of the log. */
export interface PublisherMetrics extends Pick<Metrics, 'text'> {
  readonly head: Gauge;
  readonly signed: Gauge;
  /** 1 while what would be signed waits for standbys. */
  readonly waiting: Gauge;
  readonly refused: Gauge<'reason'>;
  /** Where what asks the witnesses puts its own. */
  readonly registers: Registry[];
  readonly rounds: Counter<'result'>;
  published(atMs: number): void;
}

/** `reasons` and `results` are there from 0 on, so that the first one is an increase. */
export function createPublisherMetrics(
  reasons: readonly string[],
  results: readonly string[],
  now: () => number,
): PublisherMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `shuqiao_publisher_${name}`, help, registers });
  let publishedAt: number | undefined;
  const age = gauge('checkpoint_age_seconds', 'Since this process last published a checkpoint; -1 if it has not yet');
  const refused = new Gauge({
    name: 'shuqiao_publisher_refused_state',
    help: '1 for the reason why nothing more is signed: the log is not what was signed, or something was lost',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of reasons) refused.set({ reason }, 0);
  const rounds = new Counter({
    name: 'shuqiao_publisher_rounds_total',
    help: 'Looks at the log, by what became of them',
    labelNames: ['result'],
    registers,
  });
  for (const result of results) rounds.inc({ result }, 0);
  return {
    head: gauge('head_entries', 'Entries in the log when it was last looked at'),
    signed: gauge('signed_entries', 'Entries that the last signed checkpoint covers'),
    waiting: gauge('waiting_state', '1 while what would be signed is not yet durable on enough standbys'),
    refused,
    rounds,
    registers,
    published: (atMs) => (publishedAt = atMs),
    text: async () => {
      age.set(publishedAt === undefined ? -1 : (now() - publishedAt) / 1000);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
