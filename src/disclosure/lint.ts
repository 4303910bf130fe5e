import type { Plan } from '../domain/plan.ts';
import { disclosuresOf } from './disclosures.ts';
import { reconstruct, residual } from './l01-l02-resident-id.ts';
import { smallDomain } from './l03-pseudonym.ts';
import { oracle } from './l05-oracle.ts';
import { quasiIdentifiers } from './l07-quasi-identifiers.ts';
import { freeText } from './l08-free-text.ts';
import { justification } from './l10-justification.ts';
import { legalBasis } from './l12-legal-basis.ts';
import type { Finding, Rule } from './rule.ts';

/** Every rule there is, by its number. */
export const RULES: readonly Rule[] = [
  reconstruct,
  residual,
  smallDomain,
  oracle,
  quasiIdentifiers,
  freeText,
  justification,
  legalBasis,
];

/**
 * What the live grants of one department reveal together. Each grant may be right by itself: two that were given by two
 * people in two years are laid side by side by whoever holds both answers.
 */
export function lintDepartment(plans: readonly Plan[], now: number): readonly Finding[] {
  const live = plans.filter(({ grant }) => now < Date.parse(grant.validUntil));
  const holdings = { plans: live, disclosures: disclosuresOf(live), now };
  return RULES.flatMap(({ id, find }) => find(holdings).map((finding) => ({ rule: id, ...finding })));
}
