import type { LegalBasis } from '../domain/grant.ts';
import type { Plan } from '../domain/plan.ts';
import type { Finding, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const legalBasis: Rule = {
  id: 'L12',
  titleEn: 'A legal basis that does not carry the grant',
  titleZh: '依据失效',
  explanation: 'A basis that has ended, that ends before the grant, or that does not cover the purpose allows nothing.',
  find: ({ plans, now }) =>
    plans.flatMap((plan) => plan.purpose.legalBasis.flatMap((basis) => faultsOf(plan, basis, now))),
};

function faultsOf({ grant, purpose, treated }: Plan, basis: LegalBasis, now: number): readonly Found[] {
  const fields = treated.map(({ path }) => ({ grant: grant.id, path }));
  const found = (severity: Found['severity'], message: string): readonly Found[] => [
    {
      severity,
      fields,
      message,
      example: 'an instrument repealed in 2025 under a grant until 2029',
      remedy: 'Cite the instrument that is in force for this purpose, or let the grant end with it.',
    },
  ];
  if (!basis.covers.includes(purpose.id)) return found('error', `${basis.id} does not cover ${purpose.id}`);
  if (basis.validUntil === undefined) return [];
  const ends = Date.parse(basis.validUntil);
  if (ends <= now) return found('error', `${basis.id} is no longer in force`);
  return ends < Date.parse(grant.validUntil) ? found('warning', `${basis.id} ends before the grant does`) : [];
}
