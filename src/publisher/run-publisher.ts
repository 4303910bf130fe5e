import { setTimeout } from 'node:timers/promises';
import type { Publisher, RoundResult } from './publisher.ts';
import { PublisherRefusal } from './refusal.ts';

export interface RunObserver {
  roundEnded(result: RoundResult): void;
  /** It may pass: the database is away, a disk is full. */
  roundFailed(error: unknown): void;
  /** It does not pass. */
  refused(refusal: PublisherRefusal): void;
}

export interface RunNeeds {
  readonly publisher: Publisher;
  readonly observer: RunObserver;
  /** From the beginning of one look to that of the next. */
  readonly intervalMs: number;
}

/**
 * Round after round until it is to stop. After a refusal there are none: the process stays, for the alarm to be heard.
 */
export async function runPublisher(
  { publisher, observer, intervalMs }: RunNeeds,
  signal: AbortSignal,
): Promise<'stopped' | 'refused'> {
  while (!signal.aborted) {
    const began = performance.now();
    try {
      observer.roundEnded(await publisher.round(signal));
    } catch (error) {
      if (error instanceof PublisherRefusal) {
        observer.refused(error);
        return 'refused';
      }
      observer.roundFailed(error);
    }
    const rest = Math.max(0, intervalMs - (performance.now() - began));
    await setTimeout(rest, undefined, { signal }).catch(() => {});
  }
  return 'stopped';
}
