import type { Plan } from '../domain/plan.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { bySubject, type Disclosure, isSurrogate, placesOf } from './disclosures.ts';
import { SHARED } from './l07-quasi-identifiers.ts';
import { combinationsOf, isNamed, quasiFactsOf } from './quasi-facts.ts';
import type { Finding, Rule } from './rule.ts';

type Found = Omit<Finding, 'rule'>;

export const linkable: Rule = {
  id: 'L6',
  titleEn: 'What two departments could join',
  titleZh: '跨部门关联',
  explanation:
    'Records without names of one department become records of somebody where another holds the names and the same facts, or where both hold the same thing instead of a number. Pseudonyms, tokens and format-preserving numbers differ by department and purpose, so they join nothing. That two departments get a number as it is is what sharing is for. A grant says by linkage that joining was approved.',
  find: ({ plans, disclosures, others }) =>
    others.flatMap((theirs) => {
      const pair = [...plans, ...theirs.plans];
      return [
        ...surrogates(disclosures, theirs.disclosures),
        ...namings(disclosures, theirs.disclosures, pair),
        ...namings(theirs.disclosures, disclosures, pair),
      ].filter(({ fields }) => !isApproved(fields, pair));
    }),
};

/** By a grant that takes part, of either of them: whoever gives it is asked for both. */
function isApproved(fields: Found['fields'], pair: readonly Plan[]): boolean {
  const taking = pair.filter(({ grant }) => fields.some((place) => place.grant === grant.id));
  const parties = new Set(taking.map(({ consumer }) => consumer.id));
  return taking.some(({ grant }) => (grant.linkage ?? []).some((linkage) => parties.has(linkage.with)));
}

/** Something that stands for the same number at both, in the same way. */
function surrogates(own: readonly Disclosure[], theirs: readonly Disclosure[]): readonly Found[] {
  const isJoinable = (one: Disclosure): boolean => isSurrogate(one) && one.treatment.linkable === 'global';
  return own.filter(isJoinable).flatMap((one): readonly Found[] => {
    const same = theirs.filter(
      (other) => isJoinable(other) && other.treatment.id === one.treatment.id && isSameFact(one, other),
    );
    if (same.length === 0) return [];
    return [
      {
        severity: 'warning',
        fields: placesOf([one, ...same]),
        message: 'two departments hold the same thing instead of one number',
        example:
          'one lists what it stands for with the illness, the other with the employer: laid together, both of one person',
        remedy: 'Use pseudonym, which differs by department, or cite the approval of joining as linkage.',
      },
    ];
  });
}

/** Facts by which the records of one, which name nobody, are found among those of the other, which name everybody. */
function namings(
  nameless: readonly Disclosure[],
  naming: readonly Disclosure[],
  pair: readonly Plan[],
): readonly Found[] {
  return bySubject(nameless).flatMap((own): readonly Found[] => {
    const theirs = naming.filter(({ subject }) => subject === own[0]?.subject);
    if (isNamed(own) || !isNamed(theirs)) return [];
    const shared = quasiFactsOf(own).flatMap((fact) => {
      const [other] = quasiFactsOf(theirs.filter((one) => isSameFact(one, fact.disclosure)));
      // Only as finely as both hold it can one be held against the other.
      return other === undefined
        ? []
        : [{ other, fact: other.values < fact.values ? { ...fact, values: other.values } : fact }];
    });
    const population = populationOf(own, pair);
    if (population === undefined || shared.length === 0) return [];
    const share = Math.floor(population / combinationsOf(shared.map(({ fact }) => fact)));
    if (share >= SHARED.warnBelow) return [];
    return [
      {
        severity: 'warning',
        fields: placesOf(shared.flatMap(({ fact, other }) => [fact.disclosure, other.disclosure])),
        message: `about ${share} people share what both departments hold of each, and one of them holds their names`,
        example: 'born 1949-12-31, 女, at one; 1949-12-31, 女, 11010519491231002X at the other',
        candidates: share,
        remedy: 'Give one of the fields less precisely to one of them, or cite the approval of joining as linkage.',
      },
    ];
  });
}

function isSameFact(one: Disclosure, other: Disclosure): boolean {
  const meaning = meaningOf(one.schema);
  if (one.subject !== other.subject) return false;
  return meaning === 'untyped'
    ? one.resource === other.resource && one.path === other.path
    : meaning === meaningOf(other.schema);
}

/** The largest register that any of it is from: who is in a smaller one is in it too. */
function populationOf(own: readonly Disclosure[], pair: readonly Plan[]): number | undefined {
  const sizes = pair
    .filter(({ grant }) => own.some((one) => one.grant === grant.id))
    .flatMap(({ contract }) => contract.population ?? []);
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}
