import { Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import { precision } from '../domain/precision.ts';
import { keyedNumber } from '../keys/keyed-number.ts';
import { type CalendarDate, parseDate, writeDate } from '../semantic/calendar-date.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { normalText } from './normal-text.ts';
import { ANY_MISMATCH, readParameters, type SubjectParameter, type Treatment, UNFIT } from './treatment.ts';

const KEY_BYTES = 32;
const Parameters = Type.Object(
  { days: Type.Integer({ minimum: 7, maximum: 3650, description: 'The most that a date is moved, either way.' }) },
  { additionalProperties: false },
);

/** Each part with the days of the longest span that has one of it: whoever knows that a date is in a shorter span may know it. */
const SPANS = [
  { part: 'decade', days: 3653 },
  { part: 'year', days: 366 },
  { part: 'quarter', days: 92 },
  { part: 'month', days: 31 },
] as const;

/**
 * 日期偏移: all dates of one subject are moved by the same number of days, never by none, which the key, the scope and
 * the subject decide. What lies between two of them stays, and is told (`interval`); of each by itself, a span of twice
 * the days. A date of birth is not taken: whoever asks by a resident id knows it, and would know the shift by it.
 */
export const dateShift: Treatment = {
  id: 'date.shift',
  version: 1,
  titleEn: 'Date, moved by days that stay the same for a subject',
  titleZh: '日期偏移',
  caution:
    'For statistics, never for a decision: no date is the true one. Whoever knows one true date of the subject knows all of them, from other grants too.',
  technique: 'pseudonymisation',
  deterministic: true,
  linkable: 'purpose',
  reversible: 'gateway',
  keyed: true,
  accepts: { types: ['string'], semantics: ['date'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => {
    const span = 2 * readParameters(Parameters, parameters).days + 1;
    return precision(['presence', 'interval', ...SPANS.filter(({ days }) => span <= days).map(({ part }) => part)]);
  },
  emits: () => ({ type: 'string', format: 'date' }),
  refuses: ({ subject = [] }) =>
    subject.length > 0
      ? undefined
      : 'the field is not about the subject that the query names, whose shift it would have',
  compile: ({ parameters, subject = [] }, keys) => {
    const { days } = readParameters(Parameters, parameters);
    const key = keys.derive('date.shift', KEY_BYTES);
    return (value, { query }) => {
      const date = typeof value === 'string' ? parseDate(value) : undefined;
      const who = subjectIn(query, subject);
      if (date === undefined || who === undefined) return UNFIT;
      // Two grants with different days are moved as if by two keys: less is known of the one from the other.
      const number = keyedNumber(key, JSON.stringify([days, ...who]), 2 * days);
      return moved(date, number < days ? number - days : number - days + 1) ?? UNFIT;
    };
  },
};

/** Whom the query names, the same for every spelling and whatever the parameters are called. */
function subjectIn(query: JsonObject, subject: readonly SubjectParameter[]): readonly string[] | undefined {
  const named = subject.flatMap(({ name, schema }) => {
    const text = normalText(schema, query[name]);
    return text === undefined ? [] : [JSON.stringify([meaningOf(schema), text])];
  });
  return named.length === subject.length && named.length > 0 ? named.sort() : undefined;
}

function moved({ year, month, day }: CalendarDate, days: number): string | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day + days);
  const there = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  return there.year >= 0 && there.year <= 9999 ? writeDate(there) : undefined;
}
