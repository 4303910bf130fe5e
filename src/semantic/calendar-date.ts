import { compatible } from './compatible.ts';
import type { Chance, TextType } from './semantic-type.ts';

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A day of the calendar from `1949-12-31` or `19491231`, or undefined if it is none. No time zone is in it. */
export function parseDate(value: string): CalendarDate | undefined {
  const [, year, dash, month, , day] = /^(\d{4})(-?)(\d{2})(-?)(\d{2})$/.exec(compatible(value)) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (value.includes('-') !== (dash === '-') || (dash === '-' && value.length !== 10)) return undefined;
  const parts = { year: Number(year), month: Number(month), day: Number(day) };
  return isCalendarDay(parts) ? parts : undefined;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether there is such a day: in whole numbers, because a Date takes the years 0 to 99 for 1900 to 1999. */
export function isCalendarDay({ year, month, day }: CalendarDate): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

export function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

export function writeDate({ year, month, day }: CalendarDate): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

function normalise(value: string): string | undefined {
  const date = parseDate(value);
  return date && writeDate(date);
}

const sample = (chance: Chance): string =>
  `${1930 + chance(80)}-${twoDigits(1 + chance(12))}-${twoDigits(1 + chance(28))}`;

/** 日期 */
export const calendarDate: TextType = {
  json: 'string',
  titleEn: 'Date',
  titleZh: '日期',
  precisions: {
    decade: ['decade'],
    year: ['decade', 'year'],
    quarter: ['decade', 'year', 'quarter'],
    month: ['decade', 'year', 'quarter', 'month'],
    interval: ['interval'],
    // Who knows the days knows how far they are apart.
    date: ['decade', 'year', 'quarter', 'month', 'day', 'interval'],
  },
  normalise,
  sample,
};

/** 出生日期: in the words in which a resident id says it again. */
export const birthDate: TextType = {
  json: 'string',
  titleEn: 'Date of birth',
  titleZh: '出生日期',
  precisions: {
    decade: ['birth-decade'],
    year: ['birth-decade', 'birth-year'],
    month: ['birth-decade', 'birth-year', 'birth-month'],
    'age-band': ['age-band'],
    // Who knows the day knows the age, and its band.
    'birth-date': ['birth-decade', 'birth-year', 'birth-month', 'birth-day', 'age-band'],
  },
  normalise,
  sample,
};
