import type { Clock } from '../domain/clock.ts';
import type { Receipt } from '../domain/ledger-entry.ts';
import type { ExchangeObserver } from '../domain/observer.ts';
import { asProblem, type Problem } from '../domain/problem.ts';
import { type Journey, startJourney } from './journey.ts';
import type {
  Authorized,
  Fetched,
  Identified,
  Inbound,
  Outbound,
  Projected,
  Recorded,
  Sealed,
  Stage,
  Validated,
} from './states.ts';

export interface ExchangeStages {
  readonly identify: Stage<Inbound, Identified>;
  readonly authorize: Stage<Identified, Authorized>;
  readonly fetch: Stage<Authorized, Fetched>;
  readonly validate: Stage<Fetched, Validated>;
  readonly project: Stage<Validated, Projected>;
  readonly seal: Stage<Projected, Sealed>;
  readonly record: Stage<Sealed, Recorded>;
  readonly respond: Stage<Recorded, Outbound>;
}

/** Enters what did not succeed. If it cannot, its own error is the one the caller gets. */
export type RecordRefusal = (journey: Journey, problem: Problem) => Promise<Receipt>;

export type Exchange = (inbound: Inbound) => Promise<Outbound>;

interface Watching {
  readonly observer: ExchangeObserver;
  readonly clock: Clock;
}

/** The whole life of a request, in order. Nothing is released that has not been recorded. */
export function createExchange(stages: ExchangeStages, refuse: RecordRefusal, watching: Watching): Exchange {
  async function refused(journey: Journey, error: unknown): Promise<Problem> {
    let problem = asProblem(error);
    try {
      const receipt = await refuse(journey, problem); // a refusal is an entry too
      // How long the ledger is, is nobody's business who is not known.
      if (journey.reached.system !== undefined) problem = problem.enteredAt(receipt);
    } catch (unrecorded) {
      problem = asProblem(unrecorded);
    }
    journey.ended({ outcome: problem.spec.outcome, problem });
    return problem;
  }

  return async function exchange(inbound) {
    const journey = startJourney(inbound, watching);
    try {
      const identified = await journey.through('identify', inbound, stages.identify);
      const authorized = await journey.through('authorize', identified, stages.authorize);
      const fetched = await journey.through('fetch', authorized, stages.fetch);
      const validated = await journey.through('validate', fetched, stages.validate);
      const projected = await journey.through('project', validated, stages.project);
      const sealed = await journey.through('seal', projected, stages.seal);
      const recorded = await journey.through('record', sealed, stages.record);
      const outbound = await journey.through('respond', recorded, stages.respond);
      journey.ended({ outcome: 'released' });
      return outbound;
    } catch (error) {
      throw await refused(journey, error);
    }
  };
}
