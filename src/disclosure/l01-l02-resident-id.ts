import { textsOf } from '../contract/texts-of.ts';
import { join, NOTHING, type Precision } from '../domain/precision.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { bySubject, type Disclosure, isExact, placesOf } from './disclosures.ts';
import { residentIdCandidates, residentIdShown } from './resident-id-candidates.ts';
import type { Finding, Holdings, Rule } from './rule.ts';

const WARN_BELOW = 1000;
const ERROR_BELOW = 20;

/** All of a number: the check digit follows from the rest. */
const WHOLE = ['area6', 'birth-year', 'birth-month', 'birth-day', 'sequence'];

/** What a department can lay together about the number of one person. */
interface Puzzle {
  readonly pieces: readonly Disclosure[];
  readonly known: Precision;
}

function puzzlesOf({ disclosures }: Holdings): readonly Puzzle[] {
  return bySubject(disclosures).flatMap((all) => {
    const numbers = all.filter(({ schema, known }) => meaningOf(schema) === 'cn.resident-id' && known.size > 1);
    if (numbers.length === 0 || numbers.some(isExact)) return [];
    const pieces = [...numbers, ...all.filter((one) => saysMoreOf(one, numbers))];
    return [{ pieces, known: pieces.reduce((parts, { known }) => join(parts, known), NOTHING) }];
  });
}

/** A person has one date of birth and one sex; an area is that of the number only where the contract says so. */
function saysMoreOf({ schema }: Disclosure, numbers: readonly Disclosure[]): boolean {
  const semantic = schema['x-semantic'];
  if (semantic === 'date.birth' || semantic === 'sex') return true;
  const from = textsOf(schema['x-derived-from']);
  return semantic === 'cn.area-code' && numbers.some(({ path }) => from.includes(path));
}

function isWhole(known: Precision): boolean {
  return WHOLE.every((part) => known.has(part));
}

export const reconstruct: Rule = {
  id: 'L1',
  titleEn: 'Several fields make the whole of an identity number',
  titleZh: '拼接还原',
  explanation:
    'Each of the fields is masked or is only a part; laid together they are the number. The check digit follows from the rest.',
  find: (holdings) =>
    puzzlesOf(holdings)
      .filter(({ known }) => isWhole(known))
      .map(({ pieces }) => ({
        severity: 'error',
        fields: placesOf(pieces),
        message: 'together these fields are the whole identity number of a person',
        example: '110105********002X and 1949-12-31 are 11010519491231002X',
        candidates: 1,
        remedy: 'Give the date, the district or the last digits less precisely, or ask for a yes or no instead.',
      })),
};

export const residual: Rule = {
  id: 'L2',
  titleEn: 'Few identity numbers are left that a masked one can stand for',
  titleZh: '候选过少',
  explanation:
    'The check digit rules out ten of eleven dates, and what other fields say of birth and sex rules out more. Counted over birth years 1930 to 2010.',
  find: (holdings) =>
    puzzlesOf(holdings).flatMap(({ pieces, known }): readonly Omit<Finding, 'rule'>[] => {
      const candidates = residentIdCandidates(known);
      if (isWhole(known) || candidates >= WARN_BELOW) return [];
      return [
        {
          severity: candidates < ERROR_BELOW ? 'error' : 'warning',
          fields: placesOf(pieces),
          message: `${candidates} identity numbers are left`,
          example: `of 11010519491231002X one knows ${residentIdShown(known)}: ${candidates} valid numbers look like that`,
          candidates,
          remedy: 'Give the last digits or the birth less precisely, or ask for a yes or no instead.',
        },
      ];
    }),
};
