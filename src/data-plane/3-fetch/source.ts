import type { Clock, Randomness } from '../../domain/clock.ts';
import type { BreakerChange, BreakerState } from '../../domain/observer.ts';
import type { SourceSettings, SourceState } from '../../domain/source-settings.ts';
import { type Asking, createAttempts, type Endpoint, isOpen, resting } from './attempts.ts';
import { createAuthenticate } from './authentication/authenticate.ts';
import { createBulkhead } from './bulkhead.ts';
import { createCircuit } from './circuit.ts';
import { createSourceClient } from './source-client.ts';

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

export function createSource(settings: SourceSettings, { clock, random, changed }: SourceNeeds): Source {
  const { retry, hedgeAfterMs, totalTimeoutMs } = settings;
  const authenticate = createAuthenticate(settings.authentication, clock);
  const endpoints: readonly Endpoint[] = settings.origins.map((origin, place) => ({
    client: createSourceClient(settings, origin, authenticate),
    circuit: createCircuit(settings.breaker, clock, (change) => changed(place, change)),
  }));
  const bulkhead = createBulkhead(settings.breaker);
  const untilAnswered = createAttempts({ endpoints, retry, hedgeAfterMs, random });
  return {
    ask: async (asking) => {
      // Nobody waits for a place at a source that is not asked.
      if (endpoints.every(isOpen)) throw resting(endpoints);
      const leave = await bulkhead.enter(asking.signal);
      try {
        return await untilAnswered(asking, AbortSignal.timeout(totalTimeoutMs));
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

/** A source can be asked as long as one of its endpoints can. */
function bestOf(states: readonly BreakerState[]): BreakerState {
  return (['closed', 'half-open'] as const).find((state) => states.includes(state)) ?? 'open';
}
