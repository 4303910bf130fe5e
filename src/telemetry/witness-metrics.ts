import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Every metric of a witness. Origins and refusals are of fixed lists. */
export interface WitnessMetrics {
  readonly answers: Counter<'status'>;
  readonly refusals: Counter<'origin' | 'refusal'>;
  /** The size last cosigned of a log, and when, in seconds since 1970. */
  setCosigned(origin: string, at: { readonly size: number; readonly time: number }): void;
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createWitnessMetrics(): WitnessMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const size = new Gauge({
    name: 'shuqiao_witness_cosigned_entries',
    help: 'Entries of a log at the checkpoint that was cosigned last',
    labelNames: ['origin'],
    registers,
  });
  const time = new Gauge({
    name: 'shuqiao_witness_cosigned_timestamp_seconds',
    help: 'When that was, in seconds since the epoch',
    labelNames: ['origin'],
    registers,
  });
  return {
    answers: new Counter({
      name: 'shuqiao_witness_answers_total',
      help: 'Answers by their status',
      labelNames: ['status'],
      registers,
    }),
    refusals: new Counter({
      name: 'shuqiao_witness_refusals_total',
      help: 'Checkpoints that their log signed and the witness did not; all but stale may be a log with two histories',
      labelNames: ['origin', 'refusal'],
      registers,
    }),
    setCosigned: (origin, at) => {
      size.set({ origin }, at.size);
      time.set({ origin }, at.time);
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
