import type { Plan } from '../domain/plan.ts';
import { byField, type Disclosure, isEnumerable, isExact, placesOf } from './disclosures.ts';
import type { Finding, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const oracle: Rule = {
  id: 'L5',
  titleEn: 'Questions that find out what is not shown',
  titleZh: '探测推断',
  explanation:
    'A yes or no about a value of which there are few, or several limits on one number, tells the value after some calls.',
  find: ({ plans, disclosures }) => [...guesses(plans, disclosures), ...narrowings(disclosures)],
};

/** Parameters about a field with few values that the department may not read. */
function guesses(plans: readonly Plan[], disclosures: readonly Disclosure[]): readonly Found[] {
  return plans.flatMap(({ grant, contract }) =>
    contract.parameters
      .filter(({ name }) => grant.parameters.includes(name))
      .flatMap(({ field, use }): readonly Found[] => {
        const schema = contract.fields.find(({ path }) => path === field)?.schema;
        const isRead = disclosures.some((one) => one.grant === grant.id && one.path === field && isExact(one));
        if (schema === undefined || !isEnumerable(schema) || isRead) return [];
        return [
          {
            severity: 'warning',
            fields: [{ grant: grant.id, path: field }],
            message: `a ${use} on a field with few values finds out what the grant does not show`,
            example: 'asking 男 and then 女 tells the sex; 366 questions tell a birthday',
            remedy: 'Take the parameter out, or grant what it would find out.',
          },
        ];
      }),
  );
}

/** Several limits on one number: each answer halves what is left. */
function narrowings(disclosures: readonly Disclosure[]): readonly Found[] {
  const limits = disclosures.filter(
    ({ treatment, known }) => treatment.technique === 'assertion' && known.has('threshold'),
  );
  return byField(limits)
    .filter((group) => new Set(group.map(({ treated }) => JSON.stringify(treated.parameters))).size > 1)
    .map((group) => ({
      severity: 'warning',
      fields: placesOf(group),
      message: 'several limits on one value leave a range',
      example: 'over 10000 and not over 20000 is a number between them',
      remedy: 'Keep one limit, or grant the range openly as number.bucket.',
    }));
}
