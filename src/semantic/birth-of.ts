import { type CalendarDate, parseDate } from './calendar-date.ts';
import { parseResidentId } from './resident-id.ts';

/** The meanings of a field that say when somebody was born. */
export const SAY_BIRTH = ['date.birth', 'cn.resident-id'] as const;

/** How the date of birth is read from a value of a field of that meaning. */
export function birthOf(semantic: unknown): (value: string) => CalendarDate | undefined {
  return semantic === 'date.birth' ? parseDate : birthInResidentId;
}

function birthInResidentId(value: string): CalendarDate | undefined {
  const id = parseResidentId(value)?.id;
  return id === undefined ? undefined : parseDate(id.slice(6, 14));
}
