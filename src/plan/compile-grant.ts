import type { Fault } from '../domain/fault.ts';
import type { Plan } from '../domain/plan.ts';
import { grantFindings } from './check-grant.ts';
import { compilePlan } from './compile-plan.ts';
import type { Granting } from './granting.ts';

/** The plan of a grant, or everything that keeps it from being compiled. */
export type CompiledGrant =
  | { readonly plan: Plan; readonly findings: readonly [] }
  | { readonly plan?: never; readonly findings: readonly Omit<Fault, 'file'>[] };

export function compileGrant(granting: Granting): CompiledGrant {
  const findings = grantFindings(granting);
  return findings.length > 0 ? { findings } : { plan: compilePlan(granting), findings: [] };
}
