import { isJsonArray, isJsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';

/** Keywords that say something about a field without checking it. They are stripped from what a consumer sees. */
export const ANNOTATIONS = [
  'x-semantic',
  'x-classification',
  'x-filter',
  'x-match',
  'x-subject',
  'x-derived-from',
  'x-quasi-identifier',
  'x-floor',
  'x-max-depth',
] as const;

/** OpenAPI's, and no keyword of JSON Schema: `oneOf` checks the same without it. */
export const DISCRIMINATOR = 'discriminator';

/** Formats that are asserted, not only noted. */
export const FORMATS = ['date', 'date-time', 'uuid'] as const;

// ajv does not apply all of JSON Schema 2020-12 correctly (62 of 1,299 mandatory cases, among them `unevaluatedItems`,
// which accepts what it should refuse). Inside this list every mandatory case passes; test/conformance runs them.
export const KEYWORDS = new Set<string>([
  '$comment',
  '$ref',
  'title',
  'description',
  'examples',
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'oneOf',
  DISCRIMINATOR,
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  ...ANNOTATIONS,
]);
export const TYPES = new Set<JsonValue>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);
/** The types a schema names, `null` among them. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return isJsonArray(type) ? type.filter((name) => typeof name === 'string') : [];
}

const HIDDEN = new Set<string>([...ANNOTATIONS, DISCRIMINATOR, '$comment', 'examples']);
const WITH_A_SCHEMA = new Set(['items', 'additionalProperties', 'propertyNames']);
const WITH_SCHEMAS = new Set(['oneOf', 'anyOf']);

/** The schema as a consumer may see it. */
export function withoutAnnotations(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !HIDDEN.has(keyword))
      .map(([keyword, value]) => [keyword, withoutAnnotationsBelow(keyword, value)]),
  );
}

function withoutAnnotationsBelow(keyword: string, value: JsonValue): JsonValue {
  if (WITH_A_SCHEMA.has(keyword)) return shown(value);
  if (WITH_SCHEMAS.has(keyword) && isJsonArray(value)) return value.map(shown);
  if (keyword !== 'properties' || !isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, shown(property)]));
}

function shown(value: JsonValue): JsonValue {
  return isJsonObject(value) ? withoutAnnotations(value) : value;
}
