import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { type CalendarDate, parseDate, twoDigits } from '../semantic/calendar-date.ts';
import { ANY_MISMATCH, readParameters, type Treatment, type TreatmentSite, UNFIT } from './treatment.ts';

const year = ({ year: number }: CalendarDate): string => String(number).padStart(4, '0');

/** Each way to say less of a date: how it is written, and which of the parts of a date are told by it. */
const FORMS = {
  decade: { parts: 1, pattern: '^[0-9]{3}0s$', write: (date: CalendarDate) => `${year(date).slice(0, 3)}0s` },
  year: { parts: 2, pattern: '^[0-9]{4}$', write: year },
  quarter: {
    parts: 3,
    pattern: '^[0-9]{4}-Q[1-4]$',
    write: (date: CalendarDate) => `${year(date)}-Q${Math.ceil(date.month / 3)}`,
  },
  month: {
    parts: 4,
    pattern: '^[0-9]{4}-[0-9]{2}$',
    write: (date: CalendarDate) => `${year(date)}-${twoDigits(date.month)}`,
  },
} as const;

const Parameters = Type.Object(
  { to: Type.Union([Type.Literal('decade'), Type.Literal('year'), Type.Literal('quarter'), Type.Literal('month')]) },
  { additionalProperties: false },
);

const PARTS = ['decade', 'year', 'quarter', 'month'];
// A resident id has no quarter: who knows one of a birth knows a year, and the linter takes it for the month.
const PARTS_OF_BIRTH = ['birth-decade', 'birth-year', 'birth-month', 'birth-month'];

function partsOf({ schema, parameters }: TreatmentSite): readonly string[] {
  const all = schema['x-semantic'] === 'date.birth' ? PARTS_OF_BIRTH : PARTS;
  return all.slice(0, FORMS[readParameters(Parameters, parameters).to].parts);
}

/** 日期截断: 1949-12-31 → 1949-12, 1949-Q4, 1949, 1940s. A day of the calendar, so no time zone moves it. */
export const dateTruncate: Treatment = {
  id: 'date.truncate',
  version: 1,
  titleEn: 'Date, to the month, quarter, year or decade',
  titleZh: '日期截断',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['date', 'date.birth'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: (site) => precision(['presence', ...partsOf(site)]),
  emits: ({ parameters }) => ({ type: 'string', pattern: FORMS[readParameters(Parameters, parameters).to].pattern }),
  compile: ({ parameters }) => {
    const { write } = FORMS[readParameters(Parameters, parameters).to];
    return (value) => {
      const date = typeof value === 'string' ? parseDate(value) : undefined;
      return date === undefined ? UNFIT : write(date);
    };
  },
};
