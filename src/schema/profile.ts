import type { Fault } from '../domain/fault.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue, pointerToken } from '../domain/json.ts';

/** Keywords that say something about a field without checking it. They are stripped from what a consumer sees. */
export const ANNOTATIONS = ['x-semantic', 'x-classification', 'x-filter', 'x-match'] as const;

/** Formats that are asserted, not only noted. */
export const FORMATS = ['date', 'date-time', 'uuid'] as const;

// ajv does not apply all of JSON Schema 2020-12 correctly (62 of 1,299 mandatory cases, among them `unevaluatedItems`,
// which accepts what it should refuse). Inside this list every mandatory case passes; test/conformance runs them.
const KEYWORDS = new Set<string>([
  ...['$comment', '$ref', 'title', 'description'],
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems'],
  ...['minLength', 'maxLength', 'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...ANNOTATIONS,
]);
const TYPES = new Set<JsonValue>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);
const PROPERTY_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const MAX_DEPTH = 16;
const LOCAL_REF = /^#\/\$defs\/([A-Za-z][A-Za-z0-9]*)$/;

interface Walk {
  readonly file: string;
  readonly definitions: JsonObject;
  readonly faults: Fault[];
}

/**
 * A schema with its local references put in place, if it keeps to the profile: known keywords only, every object
 * closed, no recursion. What is outside is refused here, never half-applied later.
 */
export function resolveProfile(file: string, schema: JsonObject): { readonly schema: JsonSchema; readonly faults: readonly Fault[] } {
  // Where an editor finds the meta-schema says nothing about the value, and ajv would go and look for it.
  const { $defs: definitions, $schema: _, $id: __, ...rest } = schema;
  const walk: Walk = { file, definitions: isJsonObject(definitions) ? definitions : {}, faults: [] };
  const resolved = resolve(walk, rest, { pointer: '', depth: 0 });
  return { schema: resolved, faults: walk.faults };
}

interface Place {
  readonly pointer: string;
  readonly depth: number;
}

function resolve(walk: Walk, schema: JsonValue, place: Place): JsonSchema {
  const { pointer, depth } = place;
  if (!isJsonObject(schema)) return fault(walk, pointer, 'a schema must be an object', 'Write out the schema; true and false say nothing that a grant can name.');
  if (depth > MAX_DEPTH) return fault(walk, pointer, `the schema is deeper than ${MAX_DEPTH} levels or refers to itself`, 'Unfold the recursion to the depth that is needed.');
  const reference = schema['$ref'];
  if (reference !== undefined) return resolveReference(walk, { schema, reference, place });
  checkKeywords(walk, schema, place);
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, resolveKeyword(walk, { keyword, value, place })]));
}

function resolveReference(walk: Walk, found: { schema: JsonObject; reference: JsonValue; place: Place }): JsonSchema {
  const { schema, reference, place } = found;
  const name = typeof reference === 'string' ? LOCAL_REF.exec(reference)?.[1] : undefined;
  const target = name === undefined ? undefined : walk.definitions[name];
  if (target === undefined) return fault(walk, `${place.pointer}/$ref`, 'the reference leads nowhere', 'Refer to #/$defs/name of the same file.');
  const { $ref: _, ...annotations } = schema;
  const resolved = resolve(walk, target, { pointer: place.pointer, depth: place.depth + 1 });
  checkKeywords(walk, annotations, { pointer: place.pointer, depth: place.depth + 1 }, false);
  return { ...resolved, ...annotations };
}

function resolveKeyword(walk: Walk, found: { keyword: string; value: JsonValue; place: Place }): JsonValue {
  const { keyword, value, place } = found;
  const below = (token: string): Place => ({ pointer: `${place.pointer}/${keyword}${token}`, depth: place.depth + 1 });
  if (keyword === 'items') return resolve(walk, value, below(''));
  if (keyword !== 'properties' || !isJsonObject(value)) return value;
  for (const name of Object.keys(value).filter((name) => !PROPERTY_NAME.test(name))) {
    fault(walk, `${place.pointer}/properties/${pointerToken(name)}`, 'a property name must be letters and digits', 'Rename the property.');
  }
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, resolve(walk, property, below(`/${name}`))]));
}

function checkKeywords(walk: Walk, schema: JsonObject, place: Place, whole = true): void {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) {
      fault(walk, `${place.pointer}/${pointerToken(keyword)}`, 'this keyword is outside the profile', 'Remove it; docs/contracts.md lists the keywords that are applied.');
    }
  }
  if (whole) checkType(walk, schema, place);
}

function checkType(walk: Walk, schema: JsonObject, { pointer }: Place): void {
  const types = typesOf(schema);
  if (types.length === 0 || !types.every((type) => TYPES.has(type))) {
    fault(walk, `${pointer}/type`, 'a type is missing or unknown', 'Name one JSON type, or one and "null".');
  }
  if (types.filter((type) => type !== 'null').length > 1) {
    fault(walk, `${pointer}/type`, 'there is more than one type', 'Name one JSON type, or one and "null".');
  }
  if (types.includes('object') && (schema['additionalProperties'] !== false || !isJsonObject(schema['properties']))) {
    fault(walk, pointer, 'the object is open', 'Name its properties and add "additionalProperties": false.');
  }
  if (types.includes('array') && !isJsonObject(schema['items'])) {
    fault(walk, pointer, 'the items of the array have no schema', 'Add "items".');
  }
}

function fault(walk: Walk, pointer: string, message: string, remedy: string): JsonSchema {
  walk.faults.push({ file: walk.file, pointer, message, remedy });
  return {};
}

/** The types a schema names, `null` among them. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const { type } = schema;
  if (typeof type === 'string') return [type];
  return isJsonArray(type) ? type.filter((name) => typeof name === 'string') : [];
}

/** The schema as a consumer may see it. */
export function withoutAnnotations(schema: JsonSchema): JsonSchema {
  const hidden = new Set<string>([...ANNOTATIONS, '$comment']);
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !hidden.has(keyword))
      .map(([keyword, value]) => [keyword, withoutAnnotationsBelow(keyword, value)]),
  );
}

function withoutAnnotationsBelow(keyword: string, value: JsonValue): JsonValue {
  if (keyword === 'items' && isJsonObject(value)) return withoutAnnotations(value);
  if (keyword !== 'properties' || !isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, isJsonObject(property) ? withoutAnnotations(property) : property]));
}
