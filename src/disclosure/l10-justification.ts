import { placesOf } from './disclosures.ts';
import type { Rule } from './rule.ts';

export const justification: Rule = {
  id: 'L10',
  titleEn: 'One reason for several fields',
  titleZh: '理由雷同',
  explanation: 'Necessity is of each field (PIPL art. 6); a sentence that was copied says why of none of them.',
  find: ({ plans, disclosures }) =>
    plans.flatMap(({ grant }) => {
      const own = disclosures.filter((one) => one.grant === grant.id);
      const reasonOf = ({ treated }: (typeof own)[number]): string => treated.justification.trim().toLowerCase();
      return [...new Set(own.map(reasonOf))]
        .map((reason) => own.filter((one) => reasonOf(one) === reason))
        .filter((same) => new Set(same.map(({ path }) => path)).size > 1)
        .map((same) => ({
          severity: 'warning' as const,
          fields: placesOf(same),
          message: 'these fields have the same justification, word for word',
          example: '“needed for the procedure” for the name, the number and the address',
          remedy: 'Say of each field what it is needed for, or take it out.',
        }));
    }),
};
