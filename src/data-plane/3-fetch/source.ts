import { setTimeout } from 'node:timers/promises';
import type { Clock, Randomness } from '../../domain/clock.ts';
import type { BreakerChange, BreakerState } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import type { SourceSettings, SourceState } from '../../domain/source-settings.ts';
import { createAuthenticate } from './authentication/authenticate.ts';
import { createBulkhead } from './bulkhead.ts';
import { type Circuit, createCircuit, type Permit } from './circuit.ts';
import { hedged } from './hedged.ts';
import { createRetryBudget } from './retry-budget.ts';
import { createSourceClient, mayBeAskedAgain, type SourceClient } from './source-client.ts';
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

/** One source department's backend: its places, and its endpoints, each behind a breaker of its own. */
export interface Source {
  /**
   * Asks it once; again if that can do no harm and the budget allows it, an endpoint that was not asked yet first.
   * @throws Problem `source.circuit-open`, `source.busy`, or what the last attempt failed with
   */
  ask<T>(asking: Asking<T>): Promise<T>;
  state(): SourceState;
  /** Asks it no more until `reset`, which closes all its breakers. */
  hold(): void;
  reset(): void;
  close(): Promise<void>;
}

export interface SourceNeeds {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly changed: (endpoint: number, change: BreakerChange) => void;
}

interface Endpoint {
  readonly client: SourceClient;
  readonly circuit: Circuit;
}

/** One question, and whom it was put to so far. */
interface Run {
  readonly asked: Endpoint[];
  readonly deadline: AbortSignal;
}

export function createSource(settings: SourceSettings, { clock, random, changed }: SourceNeeds): Source {
  const { retry, hedgeAfterMs, totalTimeoutMs } = settings;
  const authenticate = createAuthenticate(settings.authentication, clock);
  const endpoints: readonly Endpoint[] = settings.origins.map((origin, place) => ({
    client: createSourceClient(settings, origin, authenticate),
    circuit: createCircuit(settings.breaker, clock, (change) => changed(place, change)),
  }));
  const bulkhead = createBulkhead(settings.breaker);
  const budget = createRetryBudget(retry.budgetPercent);

  const isOpen = ({ circuit }: Endpoint): boolean => circuit.state() === 'open';

  function take({ asked }: Run): { readonly endpoint: Endpoint; readonly permit: Permit } | undefined {
    const fresh = endpoints.filter((endpoint) => !asked.includes(endpoint));
    for (const endpoint of [...fresh, ...asked]) {
      const permit = endpoint.circuit.permit();
      if (permit !== undefined) return { endpoint, permit };
    }
    return undefined;
  }

  async function once<T>(asking: Asking<T>, run: Run, signal = asking.signal): Promise<T> {
    const taken = take(run);
    if (taken === undefined) throw resting(endpoints);
    const { endpoint, permit } = taken;
    run.asked.push(endpoint);
    try {
      const { value, healthy } = await asking.attempt(endpoint.client, { signal, deadline: run.deadline });
      permit(healthy ? 'healthy' : 'unhealthy');
      return value;
    } catch (error) {
      // Who does not wait for an answer does not say that none would have come.
      permit(signal.aborted ? 'unknown' : verdictOf(error));
      throw error;
    }
  }

  async function onceOrTwice<T>(asking: Asking<T>, run: Run): Promise<T> {
    if (hedgeAfterMs === undefined || !asking.isIdempotent) return await once(asking, run);
    const begin = async (signal: AbortSignal): Promise<T> =>
      await once(asking, run, AbortSignal.any([asking.signal, signal]));
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

  async function untilAnswered<T>(asking: Asking<T>, run: Run): Promise<T> {
    for (;;) {
      try {
        return await onceOrTwice(asking, run);
      } catch (error) {
        if (!goesOn(asking, run, error)) throw error;
        await pause(run, asking.signal);
      }
    }
  }

  return {
    ask: async (asking) => {
      // Nobody waits for a place at a source that is not asked.
      if (endpoints.every(isOpen)) throw resting(endpoints);
      const leave = await bulkhead.enter(asking.signal);
      try {
        budget.earn();
        return await untilAnswered(asking, { asked: [], deadline: AbortSignal.timeout(totalTimeoutMs) });
      } finally {
        leave();
      }
    },
    state: () => {
      const states = endpoints.map(({ circuit }) => circuit.state());
      const { kind } = settings.authentication;
      const { inProgress, waiting } = bulkhead;
      return { breaker: bestOf(states), endpoints: states, inProgress, waiting, authentication: kind };
    },
    hold: () => {
      for (const { circuit } of endpoints) circuit.hold();
    },
    reset: () => {
      for (const { circuit } of endpoints) circuit.reset();
    },
    close: async () => {
      await Promise.all(endpoints.map(async ({ client }) => await client.close()));
    },
  };
}

function resting(endpoints: readonly Endpoint[]): Problem {
  const restMs = Math.min(...endpoints.map(({ circuit }) => circuit.restMs()));
  return new Problem('source.circuit-open', { retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1000)) });
}

/** A source can be asked as long as one of its endpoints can. */
function bestOf(states: readonly BreakerState[]): BreakerState {
  return (['closed', 'half-open'] as const).find((state) => states.includes(state)) ?? 'open';
}
