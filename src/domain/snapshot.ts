import type { Contract } from './contract.ts';
import type { Purpose } from './grant.ts';
import type { Department, System } from './party.ts';
import type { Plan } from './plan.ts';
import type { QuotaPolicy } from './quota.ts';

/**
 * All that is configured, compiled and immutable. It is swapped whole or not at all: a contract is never served
 * without its policy.
 */
export interface Snapshot {
  readonly departments: ReadonlyMap<string, Department>;
  readonly systems: ReadonlyMap<string, System>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly plans: readonly Plan[];
  readonly quotas: QuotaPolicy;
  /** SHA-256 over all of it, hex. */
  readonly hash: string;
  /** The one plan for this need: grants are never merged. */
  findPlan(need: { readonly system: string; readonly contract: string; readonly purpose: string }): Plan | undefined;
}
