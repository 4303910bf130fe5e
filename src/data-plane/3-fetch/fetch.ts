import type { Clock } from '../../domain/clock.ts';
import type { Contract } from '../../domain/contract.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ExchangeObserver } from '../../domain/observer.ts';
import { Problem } from '../../domain/problem.ts';
import type { Reading } from '../../domain/reading.ts';
import type { ContextSigner } from '../../domain/source-context.ts';
import type { SourceSettings, SourceState } from '../../domain/source-settings.ts';
import type { Authorized, Fetched, SourceAnswer, Stage } from '../states.ts';
import { createAuthenticate } from './authentication/authenticate.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { contextOf } from './context-of.ts';
import { ownFault } from './own-fault.ts';
import { createSourceClient, type SourceClient } from './source-client.ts';

/** The source departments' backends as the gateway reaches them, each behind its breaker. Owner of both. */
export interface Sources {
  get(id: string): { readonly client: SourceClient; readonly breaker: Breaker } | undefined;
  states(): ReadonlyMap<string, SourceState>;
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
      const { authentication } = settings;
      const client = createSourceClient(settings, createAuthenticate(authentication, clock));
      return [id, { client, breaker, authentication: authentication.kind }];
    }),
  );
  return {
    get: (id) => sources.get(id),
    states: () =>
      new Map(
        [...sources].map(([id, { breaker, authentication }]) => [id, { breaker: breaker.state, authentication }]),
      ),
    close: async () => {
      for (const { breaker } of sources.values()) breaker.close();
      await Promise.all([...sources.values()].map(async ({ client }) => await client.close()));
    },
  };
}

export interface FetchNeeds {
  readonly sources: Sources;
  readonly clock: Clock;
  /** Tells the source who asks for what. */
  readonly contextSigner: ContextSigner;
  /** Who signs: the `iss` of the context. */
  readonly gatewayId: string;
  /** Reads a body by its contract. Called here, because a broken contract counts against the source; stage 4 draws the conclusion. */
  readonly judge: (contract: Contract, body: Uint8Array, query: JsonObject) => Reading;
}

interface Judged {
  readonly status: number;
  readonly bytes: number;
  readonly answer: SourceAnswer;
}

export function fetch({ sources, clock, contextSigner, gatewayId, judge }: FetchNeeds): Stage<Authorized, Fetched> {
  return async (authorized) => {
    const { plan, asked, exchange, signal } = authorized;
    const { contract } = plan;
    const source = sources.get(contract.source.id);
    if (source === undefined) throw new Problem('source.unavailable');
    const body = Buffer.from(JSON.stringify(filtersOf(contract, asked.query)));
    const startedAt = clock.now();
    const { answer, ...reply } = await source.breaker.run<Judged>(async () => {
      // In here, because a source that rests costs no signature.
      const claims = contextOf(authorized, { gatewayId, nowMs: clock.now(), body });
      const context = await ownFault(contextSigner.sign(claims));
      const reply = await source.client.post({ path: contract.source.path, body, exchange, context, signal });
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
