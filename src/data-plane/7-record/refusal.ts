import type { JsonObject } from '../../domain/json.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { RecordRefusal } from '../exchange.ts';
import type { Reached } from '../states.ts';
import { type EnterNeeds, enter } from './enter.ts';

export interface RefusalNeeds extends EnterNeeds {
  readonly snapshot: () => Snapshot;
}

/** Enters a refusal or a failure with how far it got and why. A ledger that cannot take it is the answer's new reason. */
export function recordRefusal(needs: RefusalNeeds): RecordRefusal {
  const append = enter(needs);
  return async ({ reached: before, passed }, problem) => {
    const { plan, request, source } = problem.known;
    // Of the stage that did not pass, too.
    const reached: Reached = {
      ...notReleased(before),
      ...(plan === undefined ? {} : { plan }),
      ...(request === undefined ? {} : { request }),
      ...(source === undefined ? {} : { source }),
    };
    return await append(reached, {
      outcome: problem.spec.outcome,
      stages: passed,
      details: {
        code: problem.code,
        origin: problem.spec.origin,
        ...repeats(problem),
        ...(problem.over === undefined ? {} : { quota: problem.over }),
        ...known(problem, reached, needs.snapshot()),
      },
    });
  };
}

/** An answer that was made and did not leave is nobody's: nothing is said of it. */
function notReleased({ committed, ...before }: Reached): Reached {
  if (committed === undefined) return before;
  const { digests, sizes } = committed;
  const only = <T>({ request }: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    request === undefined ? {} : { request };
  return { ...before, committed: { digests: only(digests), sizes: only(sizes) } };
}

/** The exchange that the request repeats, of the same system: it was claimed under the same id. */
function repeats({ repeats: first }: Problem): JsonObject {
  return first?.exchange === undefined ? {} : { repeats: first.exchange };
}

/** Registered names and places, and no others: the path and the purpose of a refused request are what somebody typed. */
function known(
  { known: { purpose, fields, broken, reason, frozen } }: Problem,
  { target, plan }: Reached,
  snapshot: Snapshot,
): JsonObject {
  const asked = `${target.department}.${target.resource}.v${target.major}`;
  return {
    ...(plan === undefined && snapshot.contracts.has(asked) ? { contract: asked, provider: target.department } : {}),
    ...(purpose === undefined ? {} : { purpose }),
    ...(fields === undefined ? {} : { fields }),
    ...(reason === undefined ? {} : { reason }),
    ...(frozen === undefined ? {} : { frozen }),
    ...(broken === undefined ? {} : { broken: broken.map((place) => ({ ...place })) }),
  };
}
