import type { Fault } from '../domain/fault.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  pointerToken,
} from '../domain/json.ts';
import { type Finding, formFindings } from './check-form.ts';
import { patternFindings } from './check-pattern.ts';
import { NOTHING } from './form.ts';
import { ANNOTATIONS, KEYWORDS } from './profile.ts';

const PROPERTY_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
// Of objects, arrays and maps in each other; strict JSON takes 32.
const MAX_DEPTH = 24;
/** How often a recursion can be unfolded. */
export const MAX_UNFOLDING = 8;
// A recursion through several properties grows by their number to the power of its depth.
const MAX_PARTS = 2000;
const LOCAL_REF = /^#\/\$defs\/([A-Za-z][A-Za-z0-9]*)$/;

// Beside a reference, a keyword that checks would have to be applied together with what is referred to.
const BESIDE_REF = new Set<string>(['$comment', 'title', 'description', 'examples', ...ANNOTATIONS]);

interface Walk {
  readonly definitions: JsonObject;
  readonly found: (finding: Finding) => void;
  /** Whether one more part can be resolved. */
  readonly takePart: () => boolean;
}

interface Place {
  readonly pointer: string;
  readonly depth: number;
  /** The definitions that are being resolved around it, from the outside in. */
  readonly within: readonly { readonly name: string; readonly depth: number }[];
}

/** In place of a schema: here a recursion ends, and what would hold it is left out. */
const BEYOND = Symbol('beyond');
type Resolved = JsonSchema | typeof BEYOND;

/**
 * A schema with its local references put in place, if it keeps to the profile: known keywords only, every object
 * closed or a map, every recursion unfolded to its bound. What is outside is refused here, never half-applied later.
 */
export function resolveProfile(
  file: string,
  schema: JsonObject,
): { readonly schema: JsonSchema; readonly faults: readonly Fault[] } {
  // Where an editor finds the meta-schema says nothing about the value, and ajv would go and look for it.
  const { $defs: definitions, $schema: _, $id: __, ...rest } = schema;
  const faults = new Map<string, Fault>();
  let parts = 0;
  const walk: Walk = {
    definitions: isJsonObject(definitions) ? definitions : {},
    found: ({ pointer, message, remedy }) => {
      // A definition is resolved wherever it is referred to. Past the bound nothing is complete, so nothing can be said.
      if (parts <= MAX_PARTS) faults.set(`${pointer} ${message}`, { file, pointer, message, remedy });
    },
    takePart: () => {
      if (parts === MAX_PARTS) faults.set('', { file, ...TOO_MANY_PARTS });
      parts += 1;
      return parts <= MAX_PARTS;
    },
  };
  const resolved = resolve(walk, rest, { pointer: '', depth: 0, within: [] });
  return { schema: resolved === BEYOND ? NOTHING : resolved, faults: [...faults.values()] };
}

const TOO_MANY_PARTS: Finding = {
  pointer: '',
  message: `with its references put in place the schema has more than ${MAX_PARTS} parts`,
  remedy: 'Lower x-max-depth, or take out of what recurs what no grant needs on every level.',
};

function resolve(walk: Walk, schema: JsonValue, place: Place): Resolved {
  const { pointer, depth } = place;
  if (!walk.takePart()) return NOTHING;
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
      message: `the schema is deeper than ${MAX_DEPTH} levels`,
      remedy: 'Make it flatter, or lower x-max-depth.',
    });
  }
  if (schema['$ref'] !== undefined) return resolveReference(walk, schema, place);
  checkKeywords(walk, schema, { pointer, allowed: KEYWORDS });
  const resolved = resolveBelow(walk, schema, place);
  if (resolved === BEYOND) return BEYOND;
  for (const finding of [...formFindings(resolved, pointer), ...patternFindings(resolved, pointer)])
    walk.found(finding);
  return resolved;
}

function resolveReference(walk: Walk, schema: JsonObject, { pointer, depth, within }: Place): Resolved {
  const { $ref: reference, 'x-max-depth': bound, ...beside } = schema;
  const name = (typeof reference === 'string' ? LOCAL_REF.exec(reference)?.[1] : undefined) ?? '';
  const target = Object.hasOwn(walk.definitions, name) ? walk.definitions[name] : undefined;
  const at = `${pointer}/$ref`;
  if (target === undefined) {
    return nothing(walk, {
      pointer: at,
      message: 'the reference leads nowhere',
      remedy: 'Refer to #/$defs/name of the same file.',
    });
  }
  checkKeywords(walk, beside, { pointer, allowed: BESIDE_REF });
  const levels = within.filter((level) => level.name === name);
  if (levels.some((level) => level.depth === depth)) return nothing(walk, { pointer: at, ...REFERS_TO_NOTHING });
  if (levels.length > 0 && !isBound(bound)) return nothing(walk, { pointer: at, ...UNBOUNDED });
  if (isBound(bound) && levels.length > bound) return BEYOND;
  const there = { pointer: `/$defs/${name}`, depth, within: [...within, { name, depth }] };
  const resolved = resolve(walk, target, there);
  return resolved === BEYOND ? BEYOND : { ...resolved, ...beside };
}

const REFERS_TO_NOTHING = {
  message: 'the schema refers to itself with nothing in between',
  remedy: 'Describe something: by itself this is a definition of nothing.',
};
const UNBOUNDED = {
  message: 'the schema refers to itself without a bound',
  remedy: `Put "x-max-depth" beside the reference, from 1 to ${MAX_UNFOLDING}: how many levels may follow the first.`,
};

function isBound(bound: JsonValue | undefined): bound is number {
  return typeof bound === 'number' && Number.isInteger(bound) && bound >= 1 && bound <= MAX_UNFOLDING;
}

type ResolveKeyword = (walk: Walk, value: JsonValue, place: Place) => JsonValue | typeof BEYOND;

/** The keywords that have schemas below them. Without one of these a schema would let through what nobody can name. */
const BELOW: ReadonlyMap<string, ResolveKeyword> = new Map<string, ResolveKeyword>([
  ['items', resolve],
  ['additionalProperties', (walk, value, place) => (isJsonObject(value) ? resolve(walk, value, place) : value)],
  ['propertyNames', resolveKeys],
  ['properties', resolveProperties],
  ['oneOf', resolveVariants],
]);

function resolveBelow(walk: Walk, schema: JsonObject, place: Place): Resolved {
  const resolved: Record<string, JsonValue> = { ...schema };
  for (const [keyword, value] of Object.entries(schema)) {
    const below = { ...place, pointer: `${place.pointer}/${keyword}` };
    // What oneOf chooses from stands in the place of the value itself: no level of the record.
    const depth = keyword === 'oneOf' ? place.depth : place.depth + 1;
    const inner = BELOW.get(keyword)?.(walk, value, { ...below, depth }) ?? value;
    if (inner === BEYOND) return BEYOND;
    resolved[keyword] = inner;
  }
  checkRequired(walk, schema, { resolved, pointer: place.pointer });
  return resolved;
}

/** That the keys of an object are texts goes without saying; as a field they need a type all the same. */
function resolveKeys(walk: Walk, value: JsonValue, place: Place): Resolved {
  const isWhole = !isJsonObject(value) || value['$ref'] !== undefined;
  return resolve(walk, isWhole ? value : { type: 'string', ...value }, place);
}

function resolveProperties(walk: Walk, value: JsonValue, place: Place): JsonValue {
  if (!isJsonObject(value)) return value;
  for (const name of Object.keys(value).filter((name) => !PROPERTY_NAME.test(name))) {
    walk.found({
      pointer: `${place.pointer}/${pointerToken(name)}`,
      message: 'a property name must be letters and digits',
      remedy: 'Rename the property.',
    });
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, property]) => {
      const resolved = resolve(walk, property, { ...place, pointer: `${place.pointer}/${name}` });
      return resolved === BEYOND ? [] : [[name, resolved]];
    }),
  );
}

function resolveVariants(walk: Walk, value: JsonValue, place: Place): JsonValue | typeof BEYOND {
  if (!isJsonArray(value)) return value;
  const variants = value.flatMap((variant, index) => {
    const resolved = resolve(walk, variant, { ...place, pointer: `${place.pointer}/${index}` });
    return resolved === BEYOND ? [] : [resolved];
  });
  return variants.length === 0 && value.length > 0 ? BEYOND : variants;
}

interface Unfolded {
  readonly resolved: JsonObject;
  readonly pointer: string;
}

/** The last level of a recursion has no next: no record could hold what is required on every level. */
function checkRequired({ found }: Walk, { properties, required }: JsonObject, { resolved, pointer }: Unfolded): void {
  const kept = resolved['properties'];
  if (!isJsonObject(properties) || !isJsonObject(kept) || !isJsonArray(required)) return;
  const names = required.filter((name) => typeof name === 'string');
  for (const name of names.filter((name) => Object.hasOwn(properties, name) && !Object.hasOwn(kept, name))) {
    found({
      pointer: `${pointer}/required`,
      message: `${name} holds the next level of a recursion, so it cannot be required`,
      remedy: 'Take it out of "required": the last level has none.',
    });
  }
}

interface Allowance {
  readonly pointer: string;
  readonly allowed: ReadonlySet<string>;
}

function checkKeywords({ found }: Walk, schema: JsonObject, { pointer, allowed }: Allowance): void {
  for (const keyword of Object.keys(schema).filter((keyword) => !allowed.has(keyword))) {
    found({
      pointer: `${pointer}/${pointerToken(keyword)}`,
      message: allowed === KEYWORDS ? 'this keyword is outside the profile' : 'this keyword may not stand beside $ref',
      remedy: 'Remove it; docs/contracts.md lists the keywords that are applied.',
    });
  }
}

function nothing({ found }: Walk, finding: Finding): JsonSchema {
  found(finding);
  return NOTHING;
}
