import type { Clock, Randomness } from '../../domain/clock.ts';
import type { Contract } from '../../domain/contract.ts';
import type { SourceFacts } from '../../domain/exchange-facts.ts';
import type { JsonObject } from '../../domain/json.ts';
import { asProblem, Problem } from '../../domain/problem.ts';
import type { Reading } from '../../domain/reading.ts';
import type { ContextSigner } from '../../domain/source-context.ts';
import { salted } from '../../keys/commitment.ts';
import type { Authorized, Fetched, SourceAnswer, Stage } from '../states.ts';
import { contextOf } from './context-of.ts';
import { ownFault } from './own-fault.ts';
import type { Sources } from './sources.ts';

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

interface Answered {
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
    // Signed when the first attempt is made, because a source that rests costs no signature, and for all of them.
    let context: Promise<string> | undefined;
    let askedAt: string | undefined;
    let attempts = 0;
    const tried = (): SourceFacts => (askedAt === undefined ? {} : { askedAt, ...(attempts > 1 ? { attempts } : {}) });
    const asking = source.ask<Answered>({
      signal,
      isIdempotent: contract.source.idempotent === true,
      attempt: async (client, ending) => {
        context ??= contextSigner.sign(contextOf(authorized, { gatewayId, nowMs: clock.now(), body }));
        const signed = await ownFault(context);
        askedAt ??= now();
        attempts += 1;
        const reply = await client.post({ path: contract.source.path, body, exchange, context: signed, ...ending });
        const facts = { ...tried(), answeredAt: now(), status: reply.status };
        if (!reply.found) return { healthy: true, value: { facts, answer: { found: false } } };
        const reading = judge(contract, reply.body, asked.query);
        const answered = { bytes: reply.body.length, answer: salted(random, reply.body) };
        return {
          healthy: 'record' in reading,
          value: { facts: { ...facts, ...answered }, answer: { found: true, reading } },
        };
      },
    });
    const { answer, facts } = await asking.catch((error: unknown) => {
      throw withTimes(asProblem(error), tried(), now());
    });
    return { ...authorized, answer, source: facts };
  };
}

/** A source that was not asked has no times, and one that did not answer only the first. */
function withTimes(problem: Problem, tried: SourceFacts, endedAt: string): Problem {
  if (tried.askedAt === undefined) return problem;
  const { status } = problem.known.source ?? {};
  return problem.knowing({ source: { ...tried, ...(status === undefined ? {} : { status, answeredAt: endedAt }) } });
}

/** What the source is asked: values that are only to be compared stay in the gateway. */
function filtersOf(contract: Contract, query: JsonObject): JsonObject {
  const filters = contract.parameters.filter(({ use }) => use === 'filter');
  return Object.fromEntries(filters.flatMap(({ name }) => (query[name] === undefined ? [] : [[name, query[name]]])));
}
