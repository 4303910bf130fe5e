import { setTimeout } from 'node:timers/promises';
import type { Randomness } from '../../domain/clock.ts';
import { Problem } from '../../domain/problem.ts';
import type { RetrySettings } from '../../domain/source-settings.ts';
import { type Circuit, type Permit } from './circuit.ts';
import { hedged } from './hedged.ts';
import { createRetryBudget } from './retry-budget.ts';
import { mayBeAskedAgain, type SourceClient } from './source-client.ts';
import { verdictOf } from './verdict-of.ts';

/** What an attempt is ended by: its caller, or the time that all attempts have together. */
export interface Ending {
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
}

export interface Asking<T> {
  /** `healthy: false` gives the value back all the same, and counts against the source. */
  attempt(client: SourceClient, ending: Ending): Promise<{ readonly value: T; readonly healthy: boolean }>;
  /** Whether the contract says that asking twice does what asking once does. */
  readonly isIdempotent: boolean;
  /** Aborted, for a Problem, when the caller left or its time is over. */
  readonly signal: AbortSignal;
}

export interface Endpoint {
  readonly client: SourceClient;
  readonly circuit: Circuit;
}

/** One question, and whom it was put to so far. */
interface Run {
  readonly asked: Endpoint[];
  readonly deadline: AbortSignal;
}

export interface AttemptsNeeds {
  readonly endpoints: readonly Endpoint[];
  readonly retry: RetrySettings;
  readonly hedgeAfterMs?: number | undefined;
  readonly random: Randomness;
}

/**
 * Asks once; again if that can do no harm and the budget allows it, an endpoint that was not asked yet first. All of it until the deadline.
 * @throws Problem `source.circuit-open`, or what the last attempt failed with
 */
export function createAttempts({ endpoints, retry, hedgeAfterMs, random }: AttemptsNeeds) {
  const budget = createRetryBudget(retry.budgetPercent);

  async function onceOrTwice<T>(asking: Asking<T>, run: Run): Promise<T> {
    if (hedgeAfterMs === undefined || !asking.isIdempotent) return await once(endpoints, asking, run);
    const begin = async (signal: AbortSignal): Promise<T> =>
      await once(endpoints, { ...asking, signal: AbortSignal.any([asking.signal, signal]) }, run);
    const maySecond = (): boolean => run.asked.length < retry.attempts && budget.spend();
    return await hedged(begin, { afterMs: hedgeAfterMs, maySecond });
  }

  function goesOn(asking: Asking<unknown>, { asked, deadline }: Run, error: unknown): boolean {
    if (!asking.isIdempotent || asked.length >= retry.attempts || !mayBeAskedAgain(error)) return false;
    return !asking.signal.aborted && !deadline.aborted && !endpoints.every(isOpen) && budget.spend();
  }

  /** None for an endpoint that was not asked yet; else any part of a time that doubles, so that not all come back at once. */
  async function pause({ asked, deadline }: Run, signal: AbortSignal): Promise<void> {
    if (endpoints.some((endpoint) => !asked.includes(endpoint) && !isOpen(endpoint))) return;
    const share = Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
    const ms = share * retry.pauseMs * 2 ** (asked.length - 1);
    await setTimeout(ms, undefined, { signal: AbortSignal.any([signal, deadline]) }).catch(() => {});
  }

  return async function untilAnswered<T>(asking: Asking<T>, deadline: AbortSignal): Promise<T> {
    const run: Run = { asked: [], deadline };
    budget.earn();
    for (;;) {
      try {
        return await onceOrTwice(asking, run);
      } catch (error) {
        if (!goesOn(asking, run, error)) throw error;
        await pause(run, asking.signal);
      }
    }
  };
}

async function once<T>(
  endpoints: readonly Endpoint[],
  { attempt, signal }: Asking<T>,
  { asked, deadline }: Run,
): Promise<T> {
  const taken = take(endpoints, asked);
  if (taken === undefined) throw resting(endpoints);
  const { endpoint, permit } = taken;
  const isFirst = asked.length === 0;
  asked.push(endpoint);
  try {
    const { value, healthy } = await attempt(endpoint.client, { signal, deadline });
    permit(healthy ? 'healthy' : 'unhealthy');
    return value;
  } catch (error) {
    // Who does not wait for an answer does not say that none would have come; nor does who came when most of the time was gone.
    const isCutShort = signal.aborted || (deadline.aborted && !isFirst);
    permit(isCutShort ? 'unknown' : verdictOf(error));
    throw error;
  }
}

function take(
  endpoints: readonly Endpoint[],
  asked: readonly Endpoint[],
): { readonly endpoint: Endpoint; readonly permit: Permit } | undefined {
  const fresh = endpoints.filter((endpoint) => !asked.includes(endpoint));
  for (const endpoint of [...fresh, ...asked]) {
    const permit = endpoint.circuit.permit();
    if (permit !== undefined) return { endpoint, permit };
  }
  return undefined;
}

export function isOpen({ circuit }: Pick<Endpoint, 'circuit'>): boolean {
  return circuit.state() === 'open';
}

export function resting(endpoints: readonly Pick<Endpoint, 'circuit'>[]): Problem {
  const restMs = Math.min(...endpoints.map(({ circuit }) => circuit.restMs()));
  return new Problem('source.circuit-open', { retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1000)) });
}
