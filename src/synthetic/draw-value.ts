import type { JsonObject, JsonSchema, JsonValue } from '../domain/json.ts';
import { EVERY, type Form, formOf, KEY } from '../schema/form.ts';
import { typesOf } from '../schema/profile.ts';
import { type Leaf, leafOf } from './draw-leaf.ts';
import type { RandomSource } from './seeded-random.ts';
import { UndrawableError } from './undrawable-error.ts';

/** One value as it is being made up. */
export interface Drawing {
  readonly random: RandomSource;
  /** By the path of a field: what it should rather hold, if it fits. */
  readonly rather: ReadonlyMap<string, readonly JsonValue[]>;
  readonly leaf: (schema: JsonSchema) => Leaf;
  /** Counts the parts of the record. @returns how many there are */
  readonly countPart: () => number;
}

// Past the first number lists stay as short and objects as bare as they may be; with the second nothing is made.
const MANY_PARTS = 500;
const TOO_MANY_PARTS = 20_000;

const NULLS = 0.2;
const OPTIONAL = 0.7;
const RATHER = 0.75;

/** Compiling the check of a leaf takes longer than drawing a hundred values of it: once for each. */
export function rememberedLeaves(): Drawing['leaf'] {
  const known = new Map<JsonSchema, Leaf>();
  return (schema) => {
    const leaf = known.get(schema) ?? leafOf(schema);
    known.set(schema, leaf);
    return leaf;
  };
}

/** @throws UndrawableError */
export function drawValue(drawing: Drawing, schema: JsonSchema, path: string): JsonValue {
  const parts = drawing.countPart();
  if (parts > TOO_MANY_PARTS) throw new UndrawableError(path, `a record has to have more than ${TOO_MANY_PARTS} parts`);
  const form = formOf(schema);
  if (form.kind === 'leaf') return drawField(drawing, schema, path);
  if (typesOf(schema).includes('null') && drawing.random.chance(parts > MANY_PARTS ? 1 : NULLS)) return null;
  if (form.kind === 'object') return drawObject(drawing, form, path);
  if (form.kind === 'array') return drawList({ drawing, schema, path }, form.items);
  if (form.kind === 'map') return drawMap({ drawing, schema, path }, form);
  const variant = form.variants.length === 0 ? undefined : drawing.random.pick(form.variants);
  if (variant === undefined) throw new UndrawableError(path, 'it has no variants');
  return drawValue(drawing, variant.schema, `${path}/=${variant.value}`);
}

function drawField({ random, rather, leaf }: Drawing, schema: JsonSchema, path: string): JsonValue {
  const { check, draw } = leaf(schema);
  const wished = (rather.get(path) ?? []).filter((value) => check(value).length === 0);
  if (wished.length > 0 && random.chance(RATHER)) return random.pick(wished);
  const value = draw(random);
  if (value !== undefined) return value;
  throw new UndrawableError(path, 'no value was found that its schema and its semantic type let through');
}

function drawObject(drawing: Drawing, form: Extract<Form, { kind: 'object' }>, path: string): JsonObject {
  const { random, countPart } = drawing;
  const optional = countPart() > MANY_PARTS ? 0 : OPTIONAL;
  return Object.fromEntries(
    form.properties
      .filter(([name]) => form.required.has(name) || random.chance(optional))
      .map(([name, schema]) => [name, drawValue(drawing, schema, `${path}/${name}`)]),
  );
}

interface Site {
  readonly drawing: Drawing;
  readonly schema: JsonSchema;
  readonly path: string;
}

function drawList({ drawing, schema, path }: Site, items: JsonSchema): readonly JsonValue[] {
  const { count } = countOf({ drawing, schema, path }, 'Items');
  const list: JsonValue[] = [];
  while (list.length < count) list.push(drawValue(drawing, items, `${path}/${EVERY}`));
  return list;
}

/** How many keys in vain one key is worth. */
const KEY_TRIES = 50;

function drawMap({ drawing, schema, path }: Site, { keys, values }: Extract<Form, { kind: 'map' }>): JsonObject {
  const { count, least } = countOf({ drawing, schema, path }, 'Properties');
  const map = new Map<string, JsonValue>();
  for (let left = count * KEY_TRIES; left > 0 && map.size < count; left -= 1) {
    const key = drawField(drawing, keys, `${path}/${KEY}`);
    if (typeof key === 'string' && !map.has(key)) map.set(key, drawValue(drawing, values, `${path}/${EVERY}`));
  }
  if (map.size < least) throw new UndrawableError(`${path}/${KEY}`, 'there are not enough different keys');
  return Object.fromEntries(map);
}

function countOf(
  { drawing: { random, countPart }, schema, path }: Site,
  of: 'Items' | 'Properties',
): { readonly count: number; readonly least: number } {
  const least = boundOf(schema[`min${of}`]) ?? 0;
  const most = boundOf(schema[`max${of}`]) ?? Number.POSITIVE_INFINITY;
  if (most < least) throw new UndrawableError(path, 'it has to hold more than it may');
  const to = countPart() > MANY_PARTS ? least : Math.min(most, least + 3);
  return { least, count: random.integer(least, to) };
}

function boundOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
