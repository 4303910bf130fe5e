import type { Contract } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import type { GrantSource, Registered } from '../policy/read-grant.ts';
import type { CompileSteps } from './compile-steps.ts';

interface Loaded extends Registered {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly keys: TreatmentKeys | undefined;
  readonly steps: CompileSteps;
}

/** The plan of a grant that names what there is, or everything that is wrong with it. */
export function planGrant(
  { file, grant }: GrantSource,
  { departments, purposes, contracts, keys, steps }: Loaded,
): { readonly plan?: Plan; readonly faults: readonly Fault[] } {
  const contract = contracts.get(grant.contract);
  const purpose = purposes.get(grant.purpose);
  const consumer = departments.get(grant.consumer.department);
  if (contract === undefined || purpose === undefined || consumer === undefined) {
    return {
      faults: [
        {
          file,
          pointer: '/contract',
          message: 'there is no such contract',
          remedy: 'Name a contract by its id, department.resource.vN.',
        },
      ],
    };
  }
  const { plan, findings } = steps.compileGrant({ grant, contract, purpose, consumer, keys });
  const faults = findings.map((finding) => ({ file, ...finding }));
  return plan === undefined ? { faults } : { faults, plan };
}
