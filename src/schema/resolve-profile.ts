import type { Fault } from '../domain/fault.ts';
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue, pointerToken } from '../domain/json.ts';
import { ANNOTATIONS, KEYWORDS, TYPES, typesOf } from './profile.ts';

const PROPERTY_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const MAX_DEPTH = 16;
const LOCAL_REF = /^#\/\$defs\/([A-Za-z][A-Za-z0-9]*)$/;

// Beside a reference, a keyword that checks would have to be applied together with what is referred to.
const BESIDE_REF = new Set<string>(['$comment', 'title', 'description', ...ANNOTATIONS]);

type Finding = Omit<Fault, 'file'>;

interface Walk {
  readonly definitions: JsonObject;
  readonly found: (finding: Finding) => void;
}

interface Place {
  readonly pointer: string;
  readonly depth: number;
}

/**
 * A schema with its local references put in place, if it keeps to the profile: known keywords only, every object
 * closed, no recursion. What is outside is refused here, never half-applied later.
 */
export function resolveProfile(
  file: string,
  schema: JsonObject,
): { readonly schema: JsonSchema; readonly faults: readonly Fault[] } {
  // Where an editor finds the meta-schema says nothing about the value, and ajv would go and look for it.
  const { $defs: definitions, $schema: _, $id: __, ...rest } = schema;
  const faults: Fault[] = [];
  const walk: Walk = {
    definitions: isJsonObject(definitions) ? definitions : {},
    found: (finding) => faults.push({ file, ...finding }),
  };
  return { schema: resolve(walk, rest, { pointer: '', depth: 0 }), faults };
}

function resolve(walk: Walk, schema: JsonValue, place: Place): JsonSchema {
  const { pointer, depth } = place;
  if (!isJsonObject(schema)) {
    return nothing(walk, {
      pointer,
      message: 'a schema must be an object',
      remedy: 'Write out the schema; true and false say nothing that a grant can name.',
    });
  }
  if (depth > MAX_DEPTH) {
    return nothing(walk, {
      pointer,
      message: `the schema is deeper than ${MAX_DEPTH} levels or refers to itself`,
      remedy: 'Unfold the recursion to the depth that is needed.',
    });
  }
  if (schema['$ref'] !== undefined) return resolveReference(walk, schema, place);
  checkKeywords(walk, schema, { place, allowed: KEYWORDS });
  checkType(walk, schema, pointer);
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, resolveKeyword(walk, { keyword, value }, place)]),
  );
}

function resolveReference(walk: Walk, schema: JsonObject, place: Place): JsonSchema {
  const { $ref: reference, ...beside } = schema;
  const name = typeof reference === 'string' ? LOCAL_REF.exec(reference)?.[1] : undefined;
  const target = name === undefined ? undefined : walk.definitions[name];
  if (target === undefined) {
    return nothing(walk, {
      pointer: `${place.pointer}/$ref`,
      message: 'the reference leads nowhere',
      remedy: 'Refer to #/$defs/name of the same file.',
    });
  }
  checkKeywords(walk, beside, { place, allowed: BESIDE_REF });
  return { ...resolve(walk, target, { pointer: place.pointer, depth: place.depth + 1 }), ...beside };
}

function resolveKeyword(
  walk: Walk,
  { keyword, value }: { keyword: string; value: JsonValue },
  place: Place,
): JsonValue {
  const below = (token: string): Place => ({ pointer: `${place.pointer}/${keyword}${token}`, depth: place.depth + 1 });
  if (keyword === 'items') return resolve(walk, value, below(''));
  if (keyword !== 'properties' || !isJsonObject(value)) return value;
  for (const name of Object.keys(value).filter((name) => !PROPERTY_NAME.test(name))) {
    walk.found({
      pointer: `${place.pointer}/properties/${pointerToken(name)}`,
      message: 'a property name must be letters and digits',
      remedy: 'Rename the property.',
    });
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, property]) => [name, resolve(walk, property, below(`/${name}`))]),
  );
}

interface Allowance {
  readonly place: Place;
  readonly allowed: ReadonlySet<string>;
}

function checkKeywords({ found }: Walk, schema: JsonObject, { place, allowed }: Allowance): void {
  for (const keyword of Object.keys(schema).filter((keyword) => !allowed.has(keyword))) {
    found({
      pointer: `${place.pointer}/${pointerToken(keyword)}`,
      message: allowed === KEYWORDS ? 'this keyword is outside the profile' : 'this keyword may not stand beside $ref',
      remedy: 'Remove it; docs/contracts.md lists the keywords that are applied.',
    });
  }
}

function checkType({ found }: Walk, schema: JsonObject, pointer: string): void {
  const types = typesOf(schema);
  const named = types.filter((type) => type !== 'null');
  if (types.length === 0 || named.length > 1 || !types.every((type) => TYPES.has(type))) {
    found({
      pointer: `${pointer}/type`,
      message: 'the type is missing, unknown or more than one',
      remedy: 'Name one JSON type, or one and "null".',
    });
  }
  if (types.includes('object') && (schema['additionalProperties'] !== false || !isJsonObject(schema['properties']))) {
    found({
      pointer,
      message: 'the object is open',
      remedy: 'Name its properties and add "additionalProperties": false.',
    });
  }
  if (types.includes('array') && !isJsonObject(schema['items'])) {
    found({ pointer, message: 'the items of the array have no schema', remedy: 'Add "items".' });
  }
}

function nothing({ found }: Walk, finding: Finding): JsonSchema {
  found(finding);
  return {};
}
