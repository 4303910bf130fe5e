import { setTimeout as wait } from 'node:timers/promises';
import { ShuqiaoProblem } from './shuqiao-problem.ts';
import { ShuqiaoUnreachable } from './shuqiao-unreachable.ts';

export interface RetryPolicy {
  /** Times that a request is sent at most, the first included. */
  readonly attempts: number;
  /** The first pause; each next one is twice as long. */
  readonly pauseMs: number;
  /** A pause is never longer: where the gateway asks for a longer one, the problem is thrown at once. */
  readonly maxPauseMs: number;
}

export interface Retrying<T> {
  /** @param before why the attempt before failed */
  readonly attempt: (before?: unknown) => Promise<T>;
  /** Whether it may be sent again although it may have been answered already. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Sends again only what cannot have been answered, or what was answered with "later". */
export async function retrying<T>(policy: RetryPolicy, { attempt, repeatable, signal }: Retrying<T>): Promise<T> {
  let before: unknown;
  for (let sent = 1; ; sent += 1) {
    try {
      return await attempt(before);
    } catch (error) {
      const pause = sent < policy.attempts && mayRepeat(error, repeatable) ? pauseOf(policy, sent, error) : undefined;
      if (pause === undefined) throw error;
      before = error;
      await waitFor(pause, signal);
    }
  }
}

function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (error instanceof ShuqiaoProblem) return error.retry === 'later';
  return error instanceof ShuqiaoUnreachable && (repeatable || error.reached === 'not-sent');
}

/** As long as the gateway says, and some more by chance, so that not all who were told the same come back at once. */
function pauseOf({ pauseMs, maxPauseMs }: RetryPolicy, sent: number, error: unknown): number | undefined {
  const told = error instanceof ShuqiaoProblem ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  if (told > maxPauseMs) return undefined;
  return Math.min(maxPauseMs, told + pauseMs * 2 ** (sent - 1) * (0.5 + Math.random() / 2));
}

async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
