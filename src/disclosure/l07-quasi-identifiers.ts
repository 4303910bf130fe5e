import type { Plan } from '../domain/plan.ts';
import { type Disclosure, placesOf } from './disclosures.ts';
import { combinationsOf, isNamed, quasiFactsOf } from './quasi-facts.ts';
import type { Finding, Rule } from './rule.ts';

/** How many people have to share what is given of each for nobody to look, and for it to be granted at all. */
export const SHARED = { warnBelow: 20, errorBelow: 5 } as const;

export const quasiIdentifiers: Rule = {
  id: 'L7',
  titleEn: 'Few people share what is given of them',
  titleZh: '准标识符唯一性',
  explanation:
    'Fields that name nobody single somebody out together. Estimated by the size of the register and the number of values of each field at the precision that is given, as if they were independent.',
  find: ({ plans, disclosures }) => plans.flatMap((plan) => estimate(plan, disclosures)),
};

function estimate({ grant, contract }: Plan, disclosures: readonly Disclosure[]): readonly Omit<Finding, 'rule'>[] {
  if (contract.population === undefined) return [];
  const own = disclosures.filter((one) => one.grant === grant.id && !one.path.includes('*'));
  // Who may know the person anyway is not told by the rest who it is.
  if (isNamed(own)) return [];
  const facts = quasiFactsOf(own);
  const share = Math.floor(contract.population / combinationsOf(facts));
  if (share >= SHARED.warnBelow || facts.length === 0) return [];
  return [
    {
      severity: share < SHARED.errorBelow ? 'error' : 'warning',
      fields: placesOf(facts.map(({ disclosure }) => disclosure)),
      message: `about ${share} people share what is given of each`,
      example: 'date of birth, sex and county: 36500 × 2 values in a county of 500000 are about 6 people each',
      candidates: share,
      remedy: 'Give one of the fields less precisely: a year for a date, a province for a county.',
    },
  ];
}
