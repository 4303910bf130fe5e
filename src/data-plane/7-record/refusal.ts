import type { Clock } from '../../domain/clock.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LedgerWriter } from '../../domain/ledger-entry.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { RecordRefusal } from '../exchange.ts';
import type { Reached } from '../states.ts';
import { entryOf } from './entry.ts';

export interface RefusalNeeds {
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly snapshot: () => Snapshot;
}

/** Enters a refusal or a failure with how far it got and why. A ledger that cannot take it is the answer's new reason. */
export function recordRefusal({ ledger, clock, snapshot }: RefusalNeeds): RecordRefusal {
  return async ({ reached, passed }, problem) => {
    return await ledger.append(
      entryOf(reached, {
        outcome: problem.spec.outcome,
        decidedAt: new Date(clock.now()).toISOString(),
        stages: passed,
        details: {
          code: problem.code,
          origin: problem.spec.origin,
          ...repeats(problem),
          ...known(problem, reached, snapshot()),
        },
      }),
    );
  };
}

/** The exchange that the request repeats, of the same system: it was claimed under the same id. */
function repeats({ repeats: first }: Problem): JsonObject {
  return first?.exchange === undefined ? {} : { repeats: first.exchange };
}

/** Registered names and places, and no others: the path and the purpose of a refused request are what somebody typed. */
function known(
  { known: { purpose, grant, fields, broken, reason } }: Problem,
  { target, plan }: Reached,
  snapshot: Snapshot,
): JsonObject {
  if (plan !== undefined) return broken === undefined ? {} : { broken: broken.map((place) => ({ ...place })) };
  const asked = `${target.department}.${target.resource}.v${target.major}`;
  return {
    ...(snapshot.contracts.has(asked) ? { contract: asked, provider: target.department } : {}),
    ...(purpose === undefined ? {} : { purpose }),
    ...(grant === undefined ? {} : { grant }),
    ...(fields === undefined ? {} : { fields }),
    ...(reason === undefined ? {} : { reason }),
  };
}
