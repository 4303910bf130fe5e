import type { CalendarDate } from './calendar-date.ts';

/** Who is said to be older is a mistake in the register. */
export const OLDEST = 150;

// The law counts ages by the calendar of China, which is eight hours ahead everywhere and all year.
const AHEAD_MS = 8 * 3_600_000;

/** The day that it is in China. */
export function dayInChina(nowMs: number): CalendarDate {
  const shifted = new Date(nowMs + AHEAD_MS);
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() };
}

/**
 * Whole years 周岁 on the day that it is in China, counting from the birthday itself; undefined for a birth that is yet to
 * come or too long ago. Who was born on 29 February is a year older on 1 March where there is no such day: nobody is
 * said to be of age too early. (Criminal law counts from the day after the birthday; this is not for that.)
 */
export function ageOn(birth: CalendarDate, nowMs: number): number | undefined {
  const today = dayInChina(nowMs);
  const isBefore = today.month < birth.month || (today.month === birth.month && today.day < birth.day);
  const age = today.year - birth.year - (isBefore ? 1 : 0);
  return age >= 0 && age <= OLDEST ? age : undefined;
}
