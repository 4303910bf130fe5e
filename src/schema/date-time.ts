const HOUR_MINUTE = '([01]\\d|2[0-3]):([0-5]\\d)';
const DATE_TIME = new RegExp(
  `^(\\d{4})-(\\d\\d)-(\\d\\d)[Tt]${HOUR_MINUTE}:([0-5]\\d|60)(?:\\.\\d+)?(?:[Zz]|([+-])${HOUR_MINUTE})$`,
);
const MINUTES_OF_A_DAY = 1440;

/**
 * RFC 3339 §5.6, with the ranges of §5.7: the 60th second exists only in the last minute of a UTC day. That of
 * ajv-formats takes an offset without minutes and the 24th hour.
 */
export function isDateTime(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (match === null) return false;
  const [, year, month, day, hour, minute, second, sign, offsetHour = 0, offsetMinute = 0] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return false;
  if (second !== '60') return true;
  const offset = minutes(offsetHour, offsetMinute) * (sign === '-' ? -1 : 1);
  const inUtc = (minutes(hour, minute) - offset + 2 * MINUTES_OF_A_DAY) % MINUTES_OF_A_DAY;
  return inUtc === MINUTES_OF_A_DAY - 1;
}

function minutes(hour: unknown, minute: unknown): number {
  return Number(hour) * 60 + Number(minute);
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  return month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
