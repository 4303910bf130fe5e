import { type JsonObject, type JsonSchema, type JsonValue } from '../../../src/domain/json.ts';
import { type Check, compileCheck } from '../../../src/schema/checker.ts';
import { type Form, formOf } from '../../../src/schema/form.ts';
import { typesOf, withoutAnnotations } from '../../../src/schema/profile.ts';
import type { Chooser } from './generate-schemas.ts';

/** Everything that leaves are tried with: what the bounds, lists, patterns and formats of the schemas that are made let through and just not. */
const POOL: readonly JsonValue[] = [
  null,
  true,
  false,
  ...Array.from({ length: 21 }, (_, step) => step / 2 - 3),
  ...'|a|b|aa|bb|abc|ccc|abca|abcab|abcabc|x|y|z|zz|zzzz|0|12|123|1234|2024-02-29|2024-02-30|2024-02|😀'.split('|'),
];

/** The gateway's own check. */
export function checkOf(schema: JsonSchema): Check {
  return compileCheck(withoutAnnotations(schema));
}

const fitting = new Map<string, readonly JsonValue[]>();

/** What of the pool fits a leaf; kept, because there are not many different leaves. */
function valuesOf(leaf: JsonSchema): readonly JsonValue[] {
  const key = JSON.stringify(leaf);
  const known = fitting.get(key);
  if (known !== undefined) return known;
  const check = checkOf(leaf);
  const values = POOL.filter((value) => check(value).length === 0);
  fitting.set(key, values);
  return values;
}

/** A value at the edge of what fits; undefined where none is found. */
export function sample(schema: JsonSchema, chooser: Chooser): JsonValue | undefined {
  const form = formOf(schema);
  if (form.kind !== 'leaf' && typesOf(schema).includes('null') && chooser.chance(25)) return null;
  if (form.kind === 'leaf') {
    const values = valuesOf(schema);
    return values[chooser.below(Math.max(values.length, 1))];
  }
  if (form.kind === 'choice') {
    const variant = form.variants[chooser.below(form.variants.length)];
    return variant === undefined ? undefined : sample(variant.schema, chooser);
  }
  if (form.kind === 'array') return sampleList(form.items, countFor(schema, 'Items', chooser), chooser);
  if (form.kind === 'object') return sampleObject(form, chooser);
  const keys = keysFor(form.keys, countFor(schema, 'Properties', chooser), chooser);
  return sampleMembers(
    keys.map((key) => [key, form.values]),
    chooser,
  );
}

function sampleObject({ properties, required }: Extract<Form, { kind: 'object' }>, chooser: Chooser) {
  const present = properties.filter(([name]) => required.has(name) || chooser.chance(60));
  return sampleMembers(present, chooser);
}

function sampleList(items: JsonSchema, count: number, chooser: Chooser): JsonValue | undefined {
  const list = Array.from({ length: count }, () => sample(items, chooser));
  return allThere(list) ? list : undefined;
}

function sampleMembers(
  members: readonly (readonly [name: string, schema: JsonSchema])[],
  chooser: Chooser,
): JsonObject | undefined {
  const values = members.map(([, schema]) => sample(schema, chooser));
  return allThere(values)
    ? Object.fromEntries(members.map(([name], index) => [name, values[index] ?? null]))
    : undefined;
}

function allThere(values: readonly (JsonValue | undefined)[]): values is readonly JsonValue[] {
  return !values.includes(undefined);
}

function countFor(schema: JsonSchema, of: string, chooser: Chooser): number {
  const least = Number(schema[`min${of}`] ?? 0);
  const most = Number(schema[`max${of}`] ?? least + 2);
  return chooser.pick([least, most, least + chooser.below(2)]);
}

function keysFor(keys: JsonSchema, count: number, chooser: Chooser): readonly string[] {
  const fit = valuesOf({ ...keys, type: 'string' }).map(String);
  const from = chooser.below(Math.max(fit.length, 1));
  return [...fit.slice(from), ...fit.slice(0, from)].slice(0, count);
}
