import { placesOf } from './disclosures.ts';
import type { Finding, Holdings, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const necessity: Rule = {
  id: 'L10',
  titleEn: 'Fields that nobody seems to need',
  titleZh: '必要性存疑',
  explanation:
    'Necessity is of each field (PIPL art. 6): a sentence that was copied says why of none of them, and what nobody asked for in months is not needed now. The second is told where the ledger is given, of grants that have been in force for as long.',
  find: (holdings) => [...copied(holdings), ...unused(holdings)],
};

function copied({ plans, disclosures }: Holdings): readonly Found[] {
  return plans.flatMap(({ grant }) => {
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
  });
}

const DAY_MS = 86_400_000;

function unused({ plans, now, usage }: Holdings): readonly Found[] {
  if (usage === undefined) return [];
  const since = now - usage.days * DAY_MS;
  return plans.flatMap(({ grant, fields }): readonly Found[] => {
    const read = usage.read.get(grant.id) ?? new Set();
    const left = fields.filter(({ output }) => !read.has(output));
    if (Date.parse(grant.validFrom) > since || left.length === 0) return [];
    const isWhole = left.length === fields.length;
    return [
      {
        severity: 'warning',
        fields: left.map(({ path }) => ({ grant: grant.id, path })),
        message: isWhole
          ? `nothing was asked for by this grant in ${usage.days} days`
          : `of this grant these were not asked for in ${usage.days} days`,
        example: 'a grant of twelve fields of which every request names the same three',
        remedy: isWhole ? 'End the grant.' : 'Take them out of the grant.',
      },
    ];
  });
}
