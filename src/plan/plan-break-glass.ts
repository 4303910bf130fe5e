import type { Fault } from '../domain/fault.ts';
import type { Grant } from '../domain/grant.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { grantFaults } from '../policy/read-grant.ts';
import { COMPILE_STEPS } from './compile-steps.ts';
import { planGrant } from './plan-grant.ts';
import { finderOf } from './plans-by-need.ts';

const HOUR_MS = 3_600_000;

/**
 * The plan of a grant that is opened in an emergency 应急, made as any other is: floors, ceilings and clearances hold as
 * ever, and more than its purpose allows it does not get either.
 */
export function planBreakGlass(
  grant: Grant,
  snapshot: Snapshot,
  keys: TreatmentKeys | undefined,
): { readonly plan?: Plan; readonly faults: readonly Fault[] } {
  const source = { file: grant.id, grant };
  const faults = [...grantFaults(source, snapshot), ...ownFaults(grant, snapshot)];
  if (faults.length > 0) return { faults };
  return planGrant(source, { ...snapshot, keys, steps: COMPILE_STEPS });
}

/** Whether its purpose is for emergencies, and for so long. */
export function isForEmergencies({ purpose: id, validFrom, validUntil }: Grant, { purposes }: Snapshot): boolean {
  const hours = purposes.get(id)?.breakGlassHours ?? 0;
  return Date.parse(validUntil) - Date.parse(validFrom) <= hours * HOUR_MS;
}

function ownFaults(grant: Grant, snapshot: Snapshot): readonly Fault[] {
  const faults: Fault[] = [];
  if (!isForEmergencies(grant, snapshot))
    faults.push({
      file: grant.id,
      pointer: '/purpose',
      message: 'the purpose is none for emergencies, or not for so long',
      remedy: 'See breakGlassHours in purposes.json.',
    });
  // Grants are never merged, and none is in force twice for a need.
  for (const system of grant.consumer.systems) {
    const other = snapshot.findPlan({ system, ...grant });
    if (other !== undefined)
      faults.push({
        file: grant.id,
        pointer: '/consumer',
        message: `the grant ${other.grant.id} covers the same need of ${system}`,
        remedy: 'Use that one, or a purpose for emergencies.',
      });
  }
  return faults;
}

/** A snapshot, and what is open beside it. Ids are of what is not in force, because it does not fit the snapshot (any more). */
export function withBreakGlass(
  snapshot: Snapshot,
  open: readonly Grant[],
  keys: TreatmentKeys | undefined,
): { readonly snapshot: Snapshot; readonly refused: readonly string[] } {
  const refused: string[] = [];
  const whole = open.reduce((before, grant) => {
    const { plan } = planBreakGlass(grant, before, keys);
    if (plan === undefined) refused.push(grant.breakGlass ?? grant.id);
    return plan === undefined ? before : withPlan(before, plan);
  }, snapshot);
  return { snapshot: whole, refused };
}

function withPlan(snapshot: Snapshot, plan: Plan): Snapshot {
  const plans = [...snapshot.plans, plan];
  return { ...snapshot, plans, hash: canonicalHash([snapshot.hash, plan.hash]), findPlan: finderOf(plans) };
}
