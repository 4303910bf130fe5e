import { textsOf } from '../contract/texts-of.ts';
import { isJsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { isAtMost, NOTHING } from '../domain/precision.ts';
import { namedPrecision } from '../semantic/precisions.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { type Disclosure, isExact, placesOf } from './disclosures.ts';
import type { Finding, Rule } from './rule.ts';

const WARN_BELOW = 20;
const ERROR_BELOW = 5;

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
  if (own.some((one) => isExact(one) && semanticTypeOf(one.schema)?.identifies !== undefined)) return [];
  const counted = own.flatMap((one) => {
    const values = valuesOf(one);
    return values > 1 ? [{ one, values }] : [];
  });
  // A field that is told from another of them is no second fact.
  const facts = counted.filter(
    ({ one }) => !counted.some((other) => textsOf(one.schema['x-derived-from']).includes(other.one.path)),
  );
  const combinations = facts.reduce((product, { values }) => product * values, 1);
  const share = Math.floor(contract.population / combinations);
  if (share >= WARN_BELOW || counted.length === 0) return [];
  return [
    {
      severity: share < ERROR_BELOW ? 'error' : 'warning',
      fields: placesOf(counted.map(({ one }) => one)),
      message: `about ${share} people share what is given of each`,
      example: 'date of birth, sex and county: 36500 × 2 values in a county of 500000 are about 6 people each',
      remedy: 'Give one of the fields less precisely: a year for a date, a province for a county.',
    },
  ];
}

/** How many different values the field has at the finest precision that it is given in. */
function valuesOf({ schema, known }: Disclosure): number {
  const counts = schema['x-quasi-identifier'];
  if (!isJsonObject(counts)) return 1;
  const given = Object.entries(counts)
    .filter(([name]) => isAtMost(namedPrecision(schema, name) ?? NOTHING, known))
    .map(([, count]) => Number(count));
  return Math.max(1, ...given);
}
