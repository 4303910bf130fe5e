import { byField, type Disclosure, isExact, placesOf } from './disclosures.ts';
import { narrowest } from './narrowest.ts';
import type { Finding, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const narrowing: Rule = {
  id: 'L4',
  titleEn: 'Answers that are laid over one another',
  titleZh: '叠加收窄',
  explanation:
    'What comes out differently each time is averaged by who asks often enough. What is told of one number by two roundings or ranges lies where both hold, which is less than either gives: counted by asking the treatments for the values around their edges.',
  find: ({ disclosures }) => [...averaged(disclosures), ...overlaid(disclosures)],
};

function averaged(disclosures: readonly Disclosure[]): readonly Found[] {
  return disclosures
    .filter(({ treatment }) => !treatment.deterministic)
    .map((one) => ({
      severity: 'warning',
      fields: placesOf([one]),
      message: `${one.treatment.id} comes out differently each time it is asked`,
      example: '12850 with something between -1000 and 1000 added: the mean of a hundred answers is off by about 58',
      remedy: 'Use a treatment that always gives the same for the same value, such as number.round.',
    }));
}

function overlaid(disclosures: readonly Disclosure[]): readonly Found[] {
  return byField(disclosures).flatMap((all): readonly Found[] => {
    // Whoever has the number needs no roundings of it.
    if (all.some((one) => isExact(one) || one.known.has('value'))) return [];
    const told = all.filter(({ treatment: { technique, keyed } }) => !keyed && SAYS_WHERE.has(technique));
    // Several limits alone are an oracle (L5).
    if (!told.some(({ treatment }) => treatment.technique === 'generalisation')) return [];
    const found = narrowest(told);
    if (found === undefined) return [];
    return [
      {
        severity: 'warning',
        fields: placesOf(told),
        message: `laid over one another they leave ${found.left} of the ${found.alone} values that the finest of them leaves`,
        example: `${found.answers.join(' and ')}: from ${found.from} to ${found.to}`,
        candidates: found.left,
        remedy: 'Use one of them everywhere, or steps and edges of which one divides the other.',
      },
    ];
  });
}

const SAYS_WHERE = new Set(['generalisation', 'assertion']);
