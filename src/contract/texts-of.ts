import { isJsonArray, type JsonValue } from '../domain/json.ts';

/** A keyword that takes one text or several, always as several; none if it is absent. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
