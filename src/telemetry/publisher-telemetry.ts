import { errorName, errorPlace, type Log } from './log.ts';
import { createPublisherMetrics, type PublisherMetrics } from './publisher-metrics.ts';
import type { Readiness } from './telemetry-handler.ts';

const RESULTS = ['published', 'unchanged', 'not-alone', 'not-witnessed', 'stopped'] as const;
type Result = (typeof RESULTS)[number];

/** Why nothing more is signed, as the publisher says it. */
interface Refusal extends Error {
  readonly reason: string;
}

export interface PublisherTelemetry {
  readonly metrics: PublisherMetrics;
  readonly readiness: () => Promise<Readiness>;
  readonly observer: {
    headSeen(size: number): void;
    waiting(isWaiting: boolean): void;
    signed(size: number): void;
  };
  roundEnded(result: Result): void;
  roundFailed(error: unknown): void;
  refused(refusal: Refusal): void;
}

export interface PublisherTelemetryNeeds {
  readonly log: Log;
  readonly now: () => number;
  readonly reasons: readonly string[];
}

/** Turns what the publisher tells into metrics, log lines and readiness. */
export function publisherTelemetry({ log, now, reasons }: PublisherTelemetryNeeds): PublisherTelemetry {
  const metrics = createPublisherMetrics(reasons, [...RESULTS, 'failed'], now);
  let state: string = 'starting';
  let size = 0;
  const become = (next: string, tell: () => void): void => {
    // Once, not every second.
    if (state !== next) tell();
    state = next;
  };
  return {
    metrics,
    readiness: async () =>
      await Promise.resolve({
        ready: state === 'published' || state === 'unchanged',
        checks: { publisher: { state, signed: size } },
      }),
    observer: {
      headSeen: (seen) => metrics.head.set(seen),
      waiting: (isWaiting) => {
        metrics.waiting.set(isWaiting ? 1 : 0);
        if (isWaiting) become('waiting', () => log.write('warn', 'publisher-waiting'));
      },
      signed: (entries) => {
        size = entries;
        metrics.signed.set(entries);
      },
    },
    roundEnded: (result) => {
      metrics.rounds.inc({ result });
      if (result === 'published') {
        metrics.published(now());
        log.write('info', 'checkpoint-published', { size });
      }
      become(result, () => {
        if (result === 'not-alone') log.write('error', 'publisher-not-alone');
      });
    },
    roundFailed: (error) => {
      metrics.rounds.inc({ result: 'failed' });
      become('failed', () =>
        log.write('error', 'publisher-failed', { cause: errorName(error), at: errorPlace(error) }),
      );
    },
    refused: ({ reason, message }) => {
      metrics.refused.set({ reason }, 1);
      become('refused', () => log.write('error', 'publisher-refused', { fault: message }));
    },
  };
}
