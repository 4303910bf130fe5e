import type { Clock } from '../domain/clock.ts';
import type { Outcome } from '../domain/ledger-entry.ts';
import type { ExchangeObserver, ExchangeSummary, StageName } from '../domain/observer.ts';
import type { Plan } from '../domain/plan.ts';
import { asProblem, Problem } from '../domain/problem.ts';
import type { Inbound, Reached, Stage } from './states.ts';

/** How far an exchange got, for whoever has to record that it got no further. */
export interface Journey {
  readonly passed: readonly StageName[];
  /** The state that the last stage passed gave. */
  readonly reached: Reached;
  /** Tells the observer what became of it; called once, when all is over. */
  ended(ending: { readonly outcome: Outcome; readonly problem?: Problem }): void;
  through<In extends Reached, Out>(name: StageName, known: In, stage: Stage<In, Out>): Promise<Out>;
}

/** Runs stages one at a time, times them and remembers how far we got. */
export function startJourney(
  inbound: Inbound,
  { observer, clock }: { readonly observer: ExchangeObserver; readonly clock: Clock },
): Journey {
  const passed: StageName[] = [];
  let reached: Reached = inbound;
  const startedAt = clock.now();
  return {
    passed,
    get reached() {
      return reached;
    },
    ended({ outcome, problem }) {
      const milliseconds = clock.now() - startedAt;
      // Found by the stage that did not pass.
      const plan = problem?.known.plan;
      const known = plan === undefined ? reached : { ...reached, plan };
      observer.exchangeEnded({ ...summaryOf(known, outcome, problem), milliseconds }, problem?.cause);
    },
    async through(name, known, stage) {
      reached = known;
      const startedAt = clock.now();
      try {
        // Nobody is there any more: do not go on asking a source for a citizen's data.
        if (known.signal.aborted && name !== 'respond') throw endingOf(known.signal);
        const next = await stage(known);
        passed.push(name);
        observer.stageEnded(name, 'passed', clock.now() - startedAt);
        return next;
      } catch (error) {
        observer.stageEnded(name, asProblem(error).spec.outcome, clock.now() - startedAt);
        throw error;
      }
    },
  };
}

function endingOf({ reason }: AbortSignal): Problem {
  return reason instanceof Problem ? reason : new Problem('caller.left');
}

function summaryOf(
  { exchange, requestId: request, system, plan, outputs = [] }: Reached,
  outcome: Outcome,
  problem: Problem | undefined,
): Omit<ExchangeSummary, 'milliseconds'> {
  return {
    exchange,
    request,
    outcome,
    code: problem?.code,
    reason: problem?.known.reason,
    system: system?.id,
    contract: plan?.contract.id,
    purpose: plan?.purpose.id ?? problem?.known.purpose,
    breakGlass: plan?.grant.breakGlass,
    treatments: outcome === 'released' ? treatmentsOf(plan, outputs) : [],
  };
}

function treatmentsOf(plan: Plan | undefined, outputs: readonly string[]): readonly string[] {
  return (plan?.fields ?? []).filter(({ output }) => outputs.includes(output)).map(({ treatment }) => treatment);
}
