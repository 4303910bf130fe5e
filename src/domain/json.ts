export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** A JSON Schema 2020-12 within the profile of `src/schema/profile.ts`. */
export type JsonSchema = JsonObject;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** RFC 6901 §3: the reference token of a key. */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What stands at a path of plain keys; null where there is nothing. */
export function valueAt(record: JsonObject, path: string): JsonValue {
  let value: JsonValue = record;
  for (const name of path.split('/').slice(1))
    value = isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  return value;
}
