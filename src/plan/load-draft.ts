import { FaultsError } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { grantFaults, readGrant } from '../policy/read-grant.ts';
import type { CompileSteps } from './compile-steps.ts';
import { planGrant } from './plan-grant.ts';
import { overlapFaults } from './plans-by-need.ts';

export interface Drafted {
  readonly draft: Plan;
  /** All plans as they would be with it: in place of the grant that has its id, or as one more. */
  readonly plans: readonly Plan[];
}

interface Compiling {
  readonly keys: TreatmentKeys | undefined;
  readonly steps: CompileSteps;
}

/**
 * A grant that is in no folder yet, compiled against what is in force. It may have any file name.
 * @throws FaultsError with everything that is wrong with it
 */
export function loadDraft(file: string, snapshot: Snapshot, { keys, steps }: Compiling): Drafted {
  const { source, faults } = readGrant(file);
  if (source === undefined) throw new FaultsError(faults);
  const astray = grantFaults(source, snapshot);
  if (astray.length > 0) throw new FaultsError(astray);
  const rest = snapshot.plans.filter(({ grant }) => grant.id !== source.grant.id);
  const { plan, faults: unplanned } = planGrant(source, { ...snapshot, keys, steps });
  const others = rest.map(({ grant }) => ({ file, grant }));
  const all = [...unplanned, ...overlapFaults([...others, source])];
  if (plan === undefined || all.length > 0) throw new FaultsError(all);
  return { draft: plan, plans: [...rest, plan] };
}
