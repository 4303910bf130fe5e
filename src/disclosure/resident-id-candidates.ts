import type { Precision } from '../domain/precision.ts';
import { residentIdCheckDigit } from '../semantic/resident-id.ts';

/** Who may be alive and act: the years over which the published table counts. */
export const BIRTH_YEARS = { from: 1930, to: 2010 } as const;

/** The number that the standard prints as its example (GB 11643-1999, annex). */
export const PUBLISHED = '11010519491231002X';

// About how many counties there are in a prefecture, in a province, and at all (GB/T 2260 has some 2,850).
const COUNTIES = { area6: 1, area4: 9, area2: 92, none: 2850 } as const;
const SEQUENCES = 1000;
const CHECK_DIGITS = 11;

/**
 * How many valid numbers agree with the example in every part that is known. Exact where the county and the sequence
 * are known, because the check digit then rules out dates; estimated by the size of what is left otherwise.
 */
export function residentIdCandidates(known: Precision, example: string = PUBLISHED): number {
  const dates = datesLike(known, example);
  const areas = known.has('area6') ? COUNTIES.area6 : known.has('area4') ? COUNTIES.area4 : areasWithin(known);
  if (areas === 1 && known.has('sequence')) {
    const check = example[17];
    const fits = (date: string): boolean =>
      !known.has('check') || residentIdCheckDigit(example.slice(0, 6) + date + example.slice(14, 17)) === check;
    return dates.filter(fits).length;
  }
  const sequences = known.has('sequence') ? 1 : known.has('sex') ? SEQUENCES / 2 : SEQUENCES;
  const left = dates.length * areas * sequences;
  return Math.max(1, Math.round(known.has('check') ? left / CHECK_DIGITS : left));
}

function areasWithin(known: Precision): number {
  return known.has('area2') ? COUNTIES.area2 : COUNTIES.none;
}

/** The number with a star for every digit that is not known. */
export function residentIdShown(known: Precision, example: string = PUBLISHED): string {
  const shown = (part: string, from: number, to: number): string =>
    known.has(part) ? example.slice(from, to) : '*'.repeat(to - from);
  const decade = known.has('birth-decade') ? example.slice(6, 9) : '***';
  return [
    shown('area2', 0, 2),
    shown('area4', 2, 4),
    shown('area6', 4, 6),
    decade,
    shown('birth-year', 9, 10),
    shown('birth-month', 10, 12),
    shown('birth-day', 12, 14),
    shown('sequence', 14, 17),
    shown('check', 17, 18),
  ].join('');
}

const DAY_MS = 86_400_000;

function datesLike(known: Precision, example: string): readonly string[] {
  const pattern = residentIdShown(known, example).slice(6, 14);
  const dates: string[] = [];
  for (let time = Date.UTC(BIRTH_YEARS.from, 0, 1); time < Date.UTC(BIRTH_YEARS.to + 1, 0, 1); time += DAY_MS) {
    const date = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
    if (Array.from(pattern).every((digit, at) => digit === '*' || digit === date[at])) dates.push(date);
  }
  return dates;
}
