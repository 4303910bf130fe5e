import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { COMPILE_STEPS } from './compile-steps.ts';
import { loadDraft } from './load-draft.ts';
import { finderOf } from './plans-by-need.ts';

/** Policies as they would be with one more grant, and that grant's plan. */
export interface WithDraft {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
}

/**
 * The snapshot as it would be if the grant of this file were among the policies.
 * @throws FaultsError with everything that keeps it from being so
 */
export function withDraft(snapshot: Snapshot, file: string, keys?: TreatmentKeys): WithDraft {
  const { draft: plan, plans } = loadDraft(file, snapshot, { keys, steps: COMPILE_STEPS });
  const hash = canonicalHash({ drafted: snapshot.hash, plan: plan.hash });
  return { plan, snapshot: { ...snapshot, plans, hash, findPlan: finderOf(plans) } };
}
