import { join } from 'node:path';
import { loadContracts } from '../contract/load-contracts.ts';
import type { Contract } from '../domain/contract.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { loadPolicies, type Policies } from '../policy/load-policies.ts';
import { COMPILE_STEPS, type CompileSteps } from './compile-steps.ts';
import { planGrant } from './plan-grant.ts';
import { finderOf, overlapFaults } from './plans-by-need.ts';

export interface SnapshotFolders {
  readonly contractsDir: string;
  readonly policiesDir: string;
}

/**
 * Contracts and policies as one immutable value.
 * @param steps those that remember, for who loads again and again with the same keys
 * @throws FaultsError with everything that is wrong; a broken file never leaves the rest in force without it
 */
export function loadSnapshot(
  { contractsDir, policiesDir }: SnapshotFolders,
  keys?: TreatmentKeys,
  steps: CompileSteps = COMPILE_STEPS,
): Snapshot {
  const { contracts, faults: contractFaults } = loadContracts(contractsDir, steps.compileContract);
  const { policies, faults: policyFaults } = loadPolicies(policiesDir);
  const broken = [...contractFaults, ...policyFaults];
  const { quotas } = policies;
  if (broken.length > 0 || quotas === undefined) throw new FaultsError(broken);
  const byId = new Map(contracts.map((contract) => [contract.id, contract]));
  const compiled = policies.grants.map((source) => planGrant(source, { ...policies, contracts: byId, keys, steps }));
  steps.forget?.();
  const faults = [
    ...departmentFaults(contractsDir, contracts, policies),
    ...compiled.flatMap(({ faults }) => faults),
    ...overlapFaults(policies.grants),
  ];
  if (faults.length > 0) throw new FaultsError(faults);
  return snapshotOf(
    { ...policies, quotas },
    byId,
    compiled.flatMap(({ plan }) => plan ?? []),
  );
}

function snapshotOf(
  policies: Policies & Pick<Snapshot, 'quotas'>,
  contracts: ReadonlyMap<string, Contract>,
  plans: readonly Plan[],
): Snapshot {
  const { departments, systems, purposes, quotas } = policies;
  const { quota, probing, enumeration } = quotas.default;
  const facts = {
    contracts: [...contracts.values()].map(({ hash }) => hash),
    plans: plans.map(({ hash }) => hash),
    departments: [...departments.values()].map((department) => ({ ...department, name: { ...department.name } })),
    systems: [...systems.values()].map(({ id, department, name }) => ({ id, department, name: { ...name } })),
    purposes: [...purposes.values()].map((purpose) => ({
      ...purpose,
      name: { ...purpose.name },
      legalBasis: purpose.legalBasis.map((basis) => ({ ...basis })),
    })),
    quotas: {
      timeZone: quotas.timeZone,
      default: { quota: { ...quota }, probing: { ...probing }, enumeration: { ...enumeration } },
    },
  };
  return {
    departments,
    systems,
    purposes,
    contracts,
    plans,
    quotas,
    hash: canonicalHash(facts),
    findPlan: finderOf(plans),
  };
}

function departmentFaults(root: string, contracts: readonly Contract[], { departments }: Policies): readonly Fault[] {
  return contracts
    .filter(({ department }) => !departments.has(department))
    .map(({ id, department }) => ({
      file: join(root, ...id.split('.'), 'contract.json'),
      pointer: '/id',
      message: `the department ${department} is not listed`,
      remedy: 'Add it to policies/departments.json.',
    }));
}
