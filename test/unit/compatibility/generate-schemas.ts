import fc from 'fast-check';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
} from '../../../src/domain/json.ts';
import { formOf } from '../../../src/schema/form.ts';
import { typesOf } from '../../../src/schema/profile.ts';

/** What schemas, their mutations and samples are made by. Shorter and smaller means simpler, so that a case shrinks. */
export const choices: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 9999 }), {
  maxLength: 400,
  size: 'max',
});

export interface Chooser {
  below(count: number): number;
  /** No if nothing is left to choose by. */
  chance(percent: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  some<T>(items: readonly [T, ...T[]]): readonly [T, ...T[]];
}

export function chooserOf(made: readonly number[]): Chooser {
  let at = 0;
  const below = (count: number): number => {
    const choice = made[at] ?? 0;
    at += 1;
    return choice % count;
  };
  const chance = (percent: number): boolean => below(100) >= 100 - percent;
  return {
    below,
    chance,
    pick: (items) => items[below(items.length)] ?? items[0],
    some: (items) => {
      const [first = items[0], ...rest] = items.filter(() => chance(50));
      return [first, ...rest];
    },
  };
}

const TEXTS = ['a', 'bb', 'ccc', '2024-02-29', '12'] as const;
const NUMBERS = [0, 1, 2, 3] as const;
const PATTERNS = ['^[a-c]+$', '^[0-9]', '^.{2,3}$'] as const;
const DEPTH = 3;

export function makeObject(chooser: Chooser, depth = 0): JsonSchema {
  const names = chooser.some(['p', 'q', 'r']);
  const properties = Object.fromEntries(names.map((name) => [name, makeSchema(chooser, depth + 1)]));
  const required = names.filter(() => chooser.chance(50));
  return { type: 'object', properties, required, additionalProperties: false };
}

export function makeSchema(chooser: Chooser, depth: number): JsonSchema {
  const leaves = [makeText, makeText, makeNumber, makeNumber, makeBoolean] as const;
  const containers = [makeObject, makeList, makeMap, makeChoice] as const;
  const make = depth < DEPTH ? chooser.pick([...leaves, ...containers]) : chooser.pick(leaves);
  return chooser.chance(25) ? toggledNull(make(chooser, depth)) : make(chooser, depth);
}

function makeText(chooser: Chooser): JsonSchema {
  if (chooser.chance(30)) return { type: 'string', enum: chooser.some(TEXTS) };
  if (chooser.chance(10)) return { type: 'string', const: chooser.pick(TEXTS) };
  return {
    type: 'string',
    ...(chooser.chance(40) ? { minLength: chooser.below(4) } : {}),
    ...(chooser.chance(40) ? { maxLength: 2 + chooser.below(4) } : {}),
    ...(chooser.chance(20) ? { pattern: chooser.pick(PATTERNS) } : {}),
    ...(chooser.chance(10) ? { format: 'date' } : {}),
  };
}

function makeNumber(chooser: Chooser): JsonSchema {
  const type = chooser.pick(['integer', 'number']);
  if (chooser.chance(20)) return { type, enum: chooser.some(NUMBERS) };
  const half = (): number => chooser.below(8) / 2;
  return {
    type,
    ...(chooser.chance(40) ? { minimum: half() - 2 } : {}),
    ...(chooser.chance(30) ? { exclusiveMinimum: half() - 2 } : {}),
    ...(chooser.chance(40) ? { maximum: half() + 2 } : {}),
    ...(chooser.chance(30) ? { exclusiveMaximum: half() + 2 } : {}),
  };
}

function makeBoolean(): JsonSchema {
  return { type: 'boolean' };
}

function makeList(chooser: Chooser, depth: number): JsonSchema {
  return { type: 'array', items: makeSchema(chooser, depth + 1), ...makeCounts(chooser, 'Items') };
}

function makeMap(chooser: Chooser, depth: number): JsonSchema {
  return {
    type: 'object',
    propertyNames: makeText(chooser),
    additionalProperties: makeSchema(chooser, depth + 1),
    ...makeCounts(chooser, 'Properties'),
  };
}

function makeCounts(chooser: Chooser, of: string): JsonObject {
  return {
    ...(chooser.chance(30) ? { [`min${of}`]: chooser.below(3) } : {}),
    ...(chooser.chance(30) ? { [`max${of}`]: 1 + chooser.below(3) } : {}),
  };
}

function makeChoice(chooser: Chooser, depth: number): JsonSchema {
  const variants = chooser.some(['x', 'y', 'z']).map((value) => makeVariant(chooser, value, depth));
  return { type: 'object', oneOf: variants, discriminator: { propertyName: 'kind' } };
}

function makeVariant(chooser: Chooser, value: string, depth: number): JsonSchema {
  const { properties, required, ...rest } = makeObject(chooser, depth + 1);
  const kind = { type: 'string', const: value };
  return {
    ...rest,
    properties: { ...(properties as JsonObject), kind },
    required: [...(required as string[]), 'kind'],
  };
}

function toggledNull(schema: JsonSchema): JsonSchema {
  const [type = 'null'] = typesOf(schema).filter((name) => name !== 'null');
  return { ...schema, type: typesOf(schema).includes('null') ? type : [type, 'null'] };
}

/** The schema as somebody may have edited it, in a few places. */
export function mutated(schema: JsonSchema, chooser: Chooser, depth = 0): JsonSchema {
  const edited = chooser.chance(25) ? edit(schema, chooser, depth) : schema;
  return Object.fromEntries(
    Object.entries(edited).map(([keyword, value]) => {
      if ((keyword === 'items' || keyword === 'additionalProperties') && isJsonObject(value))
        return [keyword, mutated(value, chooser, depth + 1)];
      if (keyword === 'propertyNames' && chooser.chance(15)) return [keyword, makeText(chooser)];
      if (keyword === 'properties') return [keyword, eachOf(value, (below) => mutated(below, chooser, depth + 1))];
      if (keyword === 'oneOf' && isJsonArray(value))
        return [keyword, value.map((variant) => mutated(variant as JsonSchema, chooser, depth + 1))];
      return [keyword, value];
    }),
  );
}

/** The discriminators of variants stay: a variant without its constant is outside the profile. */
function eachOf(properties: JsonValue, change: (schema: JsonSchema) => JsonSchema): JsonObject {
  return Object.fromEntries(
    Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(([name, schema]) => [
      name,
      name === 'kind' ? schema : change(schema),
    ]),
  );
}

function edit(schema: JsonSchema, chooser: Chooser, depth: number): JsonSchema {
  if (depth > 0 && !hasKind(schema) && chooser.chance(15)) return toggledNull(schema);
  if (depth > 0 && !hasKind(schema) && chooser.chance(5)) return makeSchema(chooser, depth);
  const form = formOf(schema);
  if (form.kind === 'object') return editObject(schema, chooser, depth);
  if (form.kind === 'choice') return editChoice(schema, chooser, depth);
  if (form.kind !== 'leaf')
    return { ...schema, ...makeCounts(chooser, form.kind === 'array' ? 'Items' : 'Properties') };
  return editLeaf(schema, chooser);
}

const hasKind = (schema: JsonSchema): boolean => isJsonObject(schema['properties']) && 'kind' in schema['properties'];

function editObject(schema: JsonSchema, chooser: Chooser, depth: number): JsonSchema {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>;
  const required = new Set(schema['required'] as string[]);
  const name = chooser.pick(['s', 'p', 'q', 'r']);
  const others = Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
  if (properties[name] === undefined)
    return { ...schema, properties: { ...properties, [name]: makeSchema(chooser, depth + 1) } };
  if (chooser.chance(20)) {
    required.delete(name);
    return { ...schema, properties: others, required: [...required] };
  }
  if (!required.delete(name)) required.add(name);
  return { ...schema, required: [...required] };
}

function editChoice(schema: JsonSchema, chooser: Chooser, depth: number): JsonSchema {
  const variants = schema['oneOf'] as readonly JsonSchema[];
  const value = chooser.pick(['x', 'y', 'z']);
  const others = variants.filter(
    ({ properties }) => ((properties as JsonObject)['kind'] as JsonObject)['const'] !== value,
  );
  if (others.length === variants.length) return { ...schema, oneOf: [...variants, makeVariant(chooser, value, depth)] };
  return others.length === 0 ? schema : { ...schema, oneOf: others };
}

function editLeaf(schema: JsonSchema, chooser: Chooser): JsonSchema {
  const [type] = typesOf(schema).filter((name) => name !== 'null');
  if (type === 'boolean') return schema;
  const { enum: listed } = schema;
  if (isJsonArray(listed) && chooser.chance(70)) {
    const value = type === 'string' ? chooser.pick(TEXTS) : chooser.pick(NUMBERS);
    return { ...schema, enum: withOrWithout(listed, chooser.chance(20) ? null : value) };
  }
  if (type !== 'string' && chooser.chance(20)) return { ...schema, type: type === 'integer' ? 'number' : 'integer' };
  const fresh = type === 'string' ? makeText(chooser) : makeNumber(chooser);
  // Often only something more, which is what a checker that looks for safe changes has to tell apart.
  return chooser.chance(50) ? { ...fresh, ...schema } : { ...fresh, type: schema['type'] ?? 'null' };
}

function withOrWithout(listed: readonly JsonValue[], value: JsonValue): readonly JsonValue[] {
  const others = listed.filter((known) => known !== value);
  return others.length < listed.length && others.length > 0 ? others : [...listed, value];
}
