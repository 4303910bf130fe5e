import { textsOf } from '../contract/texts-of.ts';
import { join, NOTHING, type Precision } from '../domain/precision.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { bySubject, type Disclosure, isExact } from './disclosures.ts';
import type { Holdings } from './rule.ts';

/** All of a number: the check digit follows from the rest. */
const WHOLE = ['area6', 'birth-year', 'birth-month', 'birth-day', 'sequence'];

/** What a department can lay together about the number of one person. */
export interface Puzzle {
  readonly pieces: readonly Disclosure[];
  readonly known: Precision;
}

export function puzzlesOf({ disclosures }: Holdings): readonly Puzzle[] {
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

export function isWholeNumber(known: Precision): boolean {
  return WHOLE.every((part) => known.has(part));
}
