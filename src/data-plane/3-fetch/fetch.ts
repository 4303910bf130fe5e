import type { Clock, Randomness } from '../../domain/clock.ts';
import type { Contract } from '../../domain/contract.ts';
import type { SourceFacts } from '../../domain/exchange-facts.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ExchangeObserver } from '../../domain/observer.ts';
import { asProblem, Problem } from '../../domain/problem.ts';
import type { Reading } from '../../domain/reading.ts';
import type { ContextSigner } from '../../domain/source-context.ts';
import type { SourceSettings, SourceState } from '../../domain/source-settings.ts';
import { salted } from '../../keys/commitment.ts';
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
  /** For the salt of what the source answered. */
  readonly random: Randomness;
  /** Tells the source who asks for what. */
  readonly contextSigner: ContextSigner;
  /** Who signs: the `iss` of the context. */
  readonly gatewayId: string;
  /** Reads a body by its contract. Called here, because a broken contract counts against the source; stage 4 draws the conclusion. */
  readonly judge: (contract: Contract, body: Uint8Array, query: JsonObject) => Reading;
}

interface Judged {
  readonly answer: SourceAnswer;
  readonly facts: SourceFacts;
}

export function fetch(needs: FetchNeeds): Stage<Authorized, Fetched> {
  const { sources, clock, random, contextSigner, gatewayId, judge } = needs;
  const now = (): string => new Date(clock.now()).toISOString();
  return async (authorized) => {
    const { plan, asked, exchange, signal } = authorized;
    const { contract } = plan;
    const source = sources.get(contract.source.id);
    if (source === undefined) throw new Problem('source.unavailable');
    const body = Buffer.from(JSON.stringify(filtersOf(contract, asked.query)));
    let askedAt: string | undefined;
    const asking = source.breaker.run<Judged>(async () => {
      // In here, because a source that rests costs no signature.
      const claims = contextOf(authorized, { gatewayId, nowMs: clock.now(), body });
      const context = await ownFault(contextSigner.sign(claims));
      askedAt = now();
      const reply = await source.client.post({ path: contract.source.path, body, exchange, context, signal });
      const facts = { askedAt, answeredAt: now(), status: reply.status };
      if (!reply.found) return { healthy: true, value: { facts, answer: { found: false } } };
      const reading = judge(contract, reply.body, asked.query);
      const answered = { bytes: reply.body.length, answer: salted(random, reply.body) };
      return {
        healthy: 'record' in reading,
        value: { facts: { ...facts, ...answered }, answer: { found: true, reading } },
      };
    });
    const { answer, facts } = await asking.catch((error: unknown) => {
      throw withTimes(asProblem(error), askedAt, now());
    });
    return { ...authorized, answer, source: facts };
  };
}

/** A source that was not asked has no times, and one that did not answer only the first. */
function withTimes(problem: Problem, askedAt: string | undefined, endedAt: string): Problem {
  if (askedAt === undefined) return problem;
  const { status } = problem.known.source ?? {};
  return problem.knowing({ source: { askedAt, ...(status === undefined ? {} : { status, answeredAt: endedAt }) } });
}

/** What the source is asked: values that are only to be compared stay in the gateway. */
function filtersOf(contract: Contract, query: JsonObject): JsonObject {
  const filters = contract.parameters.filter(({ use }) => use === 'filter');
  return Object.fromEntries(filters.flatMap(({ name }) => (query[name] === undefined ? [] : [[name, query[name]]])));
}
