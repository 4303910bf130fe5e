import type { Plan } from '../../domain/plan.ts';
import { Problem } from '../../domain/problem.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Answer, Route } from '../route.ts';

/** A document made of one grant in the policy that is live. */
export function describeGrant(snapshot: () => Snapshot, describe: (plan: Plan) => object): Route['handle'] {
  return async ({ grant }): Promise<Answer> => {
    const plan = snapshot().plans.find((known) => known.grant.id === grant);
    if (plan === undefined) throw new Problem('route.unknown');
    return { type: 'application/json', body: JSON.stringify(describe(plan)) };
  };
}
