import type { Plan } from '../domain/plan.ts';
import { disclosuresOf } from './disclosures.ts';
import { reconstruct } from './l01-reconstruct.ts';
import { residual } from './l02-residual.ts';
import { smallDomain } from './l03-pseudonym.ts';
import { narrowing } from './l04-narrowing.ts';
import { oracle } from './l05-oracle.ts';
import { linkable } from './l06-linkable.ts';
import { quasiIdentifiers } from './l07-quasi-identifiers.ts';
import { freeText } from './l08-free-text.ts';
import { presence } from './l09-presence.ts';
import { necessity } from './l10-necessity.ts';
import { limits } from './l11-limits.ts';
import { legalBasis } from './l12-legal-basis.ts';
import type { Finding, Held, Rule } from './rule.ts';
import type { Usage } from './usage.ts';

/** Every rule there is, by its number. */
export const RULES: readonly Rule[] = [
  reconstruct,
  residual,
  smallDomain,
  narrowing,
  oracle,
  linkable,
  quasiIdentifiers,
  freeText,
  presence,
  necessity,
  limits,
  legalBasis,
];

export interface Linting {
  /** All plans there are, of whatever department. */
  readonly plans: readonly Plan[];
  readonly now: number;
  readonly usage?: Usage | undefined;
}

/**
 * What the live grants of one department reveal together. Each grant may be right by itself: two that were given by two
 * people in two years are laid side by side by whoever holds both answers.
 */
export function lintDepartment(department: string, { plans, now, usage }: Linting): readonly Finding[] {
  const live = plans.filter(({ grant }) => now < Date.parse(grant.validUntil));
  const heldBy = (id: string): Held => {
    const own = live.filter(({ consumer }) => consumer.id === id);
    return { plans: own, disclosures: disclosuresOf(own) };
  };
  const others = new Set(live.map(({ consumer }) => consumer.id).filter((id) => id !== department));
  const holdings = { ...heldBy(department), others: [...others].map(heldBy), now, usage };
  return RULES.flatMap(({ id, find }) => find(holdings).map((finding) => ({ rule: id, ...finding })));
}
