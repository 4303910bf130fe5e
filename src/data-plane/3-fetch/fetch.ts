import type { Clock } from '../../domain/clock.ts';
import type { Contract } from '../../domain/contract.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { BreakerState, ExchangeObserver } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import type { Reading } from '../../domain/reading.ts';
import type { SourceSettings } from '../../domain/source-settings.ts';
import type { Authorized, Fetched, SourceAnswer, Stage } from '../states.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createSourceClient, type SourceClient } from './source-client.ts';

/** The source departments' backends as the gateway reaches them, each behind its breaker. Owner of both. */
export interface Sources {
  get(id: string): { readonly client: SourceClient; readonly breaker: Breaker } | undefined;
  states(): ReadonlyMap<string, BreakerState>;
  close(): Promise<void>;
}

export function createSources(
  configured: ReadonlyMap<string, SourceSettings>,
  clock: Clock,
  observer: ExchangeObserver,
): Sources {
  const sources = new Map(
    [...configured].map(([id, settings]) => {
      const breaker = createBreaker(settings.breaker, clock, (state) => observer.breakerChanged(id, state));
      return [id, { client: createSourceClient(settings), breaker }];
    }),
  );
  return {
    get: (id) => sources.get(id),
    states: () => new Map([...sources].map(([id, { breaker }]) => [id, breaker.state])),
    close: async () => {
      for (const { breaker } of sources.values()) breaker.close();
      await Promise.all([...sources.values()].map(async ({ client }) => await client.close()));
    },
  };
}

export interface FetchNeeds {
  readonly sources: Sources;
  readonly clock: Clock;
  /** Reads a body by its contract. Called here, because a broken contract counts against the source; stage 4 draws the conclusion. */
  readonly judge: (contract: Contract, body: Uint8Array, query: JsonObject) => Reading;
}

interface Judged {
  readonly status: number;
  readonly bytes: number;
  readonly answer: SourceAnswer;
}

export function fetch({ sources, clock, judge }: FetchNeeds): Stage<Authorized, Fetched> {
  return async (authorized) => {
    const { plan, asked, exchange, signal } = authorized;
    const { contract } = plan;
    const source = sources.get(contract.source.id);
    if (source === undefined) throw new Problem('source.unavailable');
    const body = JSON.stringify(filtersOf(contract, asked.query));
    const startedAt = clock.now();
    const { answer, ...reply } = await source.breaker.run<Judged>(async () => {
      const reply = await source.client.post({ path: contract.source.path, body, exchange, signal });
      if (!reply.found) return { healthy: true, value: { status: reply.status, bytes: 0, answer: { found: false } } };
      const reading = judge(contract, reply.body, asked.query);
      return {
        healthy: 'record' in reading,
        value: { status: reply.status, bytes: reply.body.length, answer: { found: true, reading } },
      };
    });
    return { ...authorized, answer, source: { ...reply, milliseconds: clock.now() - startedAt } };
  };
}

/** What the source is asked: values that are only to be compared stay in the gateway. */
function filtersOf(contract: Contract, query: JsonObject): JsonObject {
  const filters = contract.parameters.filter(({ use }) => use === 'filter');
  return Object.fromEntries(filters.flatMap(({ name }) => (query[name] === undefined ? [] : [[name, query[name]]])));
}
