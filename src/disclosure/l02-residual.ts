import { placesOf } from './disclosures.ts';
import { residentIdCandidates, residentIdShown } from './resident-id-candidates.ts';
import { isWholeNumber, puzzlesOf } from './resident-id-puzzle.ts';
import type { Finding, Rule } from './rule.ts';

const WARN_BELOW = 1000;
const ERROR_BELOW = 20;

export const residual: Rule = {
  id: 'L2',
  titleEn: 'Few identity numbers are left that a masked one can stand for',
  titleZh: '候选过少',
  explanation:
    'The check digit rules out ten of eleven dates, and what other fields say of birth and sex rules out more. Counted over birth years 1930 to 2010.',
  find: (holdings) =>
    puzzlesOf(holdings).flatMap(({ pieces, known }): readonly Omit<Finding, 'rule'>[] => {
      const candidates = residentIdCandidates(known);
      if (isWholeNumber(known) || candidates >= WARN_BELOW) return [];
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
