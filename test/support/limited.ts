import type { Parts } from '../../src/core.ts';
import type { GrantedLimits } from '../../src/domain/quota.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';

/** A gateway all of whose grants say this of their limits, or what they say at the moment. */
export function limited(limits: GrantedLimits | (() => GrantedLimits)): (parts: Parts) => Partial<Parts> {
  return ({ snapshot }) => ({ snapshot: limitedSnapshot(snapshot, limits) });
}

/** The same for a snapshot. */
export function limitedSnapshot(snapshot: Snapshot, limits: GrantedLimits | (() => GrantedLimits)): Snapshot {
  return {
    ...snapshot,
    findPlan: (need) => {
      const plan = snapshot.findPlan(need);
      return plan && { ...plan, grant: { ...plan.grant, ...(typeof limits === 'function' ? limits() : limits) } };
    },
  };
}
