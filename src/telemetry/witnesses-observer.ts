import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from './log.ts';

/** What became of asking a witness, named as in the trust policy. */
interface WitnessesObserver {
  cosigned(witness: string): void;
  missed(witness: string, why: string): void;
}

/** Metrics of a publisher, and a log line when a witness is missed first and when it is back. */
export function createWitnessesObserver(
  registers: Registry[],
  log: Log,
  witnesses: readonly string[],
): WitnessesObserver {
  const cosigning = new Gauge({
    name: 'shuqiao_publisher_witness_live',
    help: '1 while a witness cosigned the last checkpoint that it was shown',
    labelNames: ['witness'],
    registers,
  });
  const misses = new Counter({
    name: 'shuqiao_publisher_witness_misses_total',
    help: 'Checkpoints that a witness did not cosign, by the reason',
    labelNames: ['witness', 'reason'],
    registers,
  });
  // Owned by this closure: who was missed the last time.
  const missing = new Set<string>();
  for (const witness of witnesses) cosigning.set({ witness }, 0);
  return {
    cosigned: (witness) => {
      cosigning.set({ witness }, 1);
      if (missing.delete(witness)) log.write('info', 'witness-back', { witness });
    },
    missed: (witness, reason) => {
      cosigning.set({ witness }, 0);
      misses.inc({ witness, reason });
      if (!missing.has(witness)) log.write('error', 'witness-missed', { witness, refusal: reason });
      missing.add(witness);
    },
  };
}
