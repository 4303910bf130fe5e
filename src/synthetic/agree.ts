import { textsOf } from '../contract/texts-of.ts';
import type { Contract } from '../domain/contract.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { EVERY, formOf, KEY } from '../schema/form.ts';
import { isSameValue } from '../semantic/same-value.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import type { Drawing } from './draw-value.ts';
import { respelled } from './respelled.ts';
import { toldBy } from './told-by.ts';
import { UndrawableError } from './undrawable-error.ts';

/** One step from the record down to a value: the segment of the path, and the key or index it stands for. */
interface Step {
  readonly segment: string;
  readonly key: string | number | undefined;
}

interface Agreeing {
  readonly contract: Pick<Contract, 'schema' | 'fields'>;
  readonly record: JsonObject;
  readonly nowMs: number;
  readonly leaf: Drawing['leaf'];
}

/**
 * The record with every field that is derived from others (`x-derived-from`) as they tell it.
 * @throws UndrawableError where what they tell does not fit the field
 */
export function agree(agreeing: Agreeing): JsonObject {
  const agreed = agreeBelow(agreeing, { schema: agreeing.contract.schema, value: agreeing.record, steps: [] });
  return isJsonObject(agreed) ? agreed : agreeing.record;
}

interface Place {
  readonly schema: JsonSchema;
  readonly value: JsonValue;
  readonly steps: readonly Step[];
}

function agreeBelow(agreeing: Agreeing, { schema, value, steps }: Place): JsonValue {
  const form = formOf(schema);
  const below = (segment: string, key: Step['key'], part: Omit<Place, 'steps'>): JsonValue =>
    agreeBelow(agreeing, { ...part, steps: [...steps, { segment, key }] });
  if (form.kind === 'leaf') return agreeField(agreeing, { schema, value, steps });
  if (form.kind === 'array')
    return isJsonArray(value) ? value.map((item, at) => below(EVERY, at, { schema: form.items, value: item })) : value;
  if (!isJsonObject(value)) return value;
  if (form.kind === 'choice') {
    const variant = form.variants.find((known) => known.value === value[form.discriminator]);
    return variant === undefined ? value : below(`=${variant.value}`, undefined, { schema: variant.schema, value });
  }
  const schemas = form.kind === 'object' ? new Map(form.properties) : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const inner = form.kind === 'map' ? form.values : schemas?.get(key);
      if (inner === undefined) return [key, member];
      return [key, below(form.kind === 'map' ? EVERY : key, key, { schema: inner, value: member })];
    }),
  );
}

/** A field that is null stays so: that it is unknown contradicts nothing. */
function agreeField({ contract, record, nowMs, leaf }: Agreeing, { schema, value, steps }: Place): JsonValue {
  if (value === null) return value;
  for (const from of textsOf(schema['x-derived-from'])) {
    const field = contract.fields.find(({ path }) => path === from);
    const source = valueFrom(record, from, steps);
    const tell = toldBy(field?.schema['x-semantic'], schema['x-semantic']);
    const told = typeof source === 'string' ? tell?.(source, nowMs) : undefined;
    if (told === undefined) continue;
    if (isSameValue(schema, value, told)) return value;
    const fitting = spellingsOf(schema, told).find((spelling) => leaf(schema).check(spelling).length === 0);
    if (fitting !== undefined) return fitting;
    throw new UndrawableError(pathOf(steps), `what ${from} tells of it does not fit its schema`);
  }
  return value;
}

function spellingsOf(schema: JsonSchema, told: string | number): readonly JsonValue[] {
  const semantic = semanticTypeOf(schema);
  if (typeof told === 'number' || semantic?.json !== 'string') return [told];
  const { enum: listed = [] } = schema;
  const same = isJsonArray(listed) ? listed.filter((value) => isSameValue(schema, value, told)) : [];
  return [...respelled(semantic, told), ...same];
}

/** What stands at another path, in the same items of the same lists as far as the two go together. */
function valueFrom(record: JsonObject, path: string, steps: readonly Step[]): JsonValue | undefined {
  const segments = path.split('/').slice(1);
  const apart = segments.findIndex((segment, at) => !isSameWay(segment, steps[at]));
  const rest = apart < 0 ? [] : segments.slice(apart);
  // Of other lists nobody knows which item is meant.
  if (rest.some((segment) => segment === EVERY || segment === KEY)) return undefined;
  const together = steps.slice(0, segments.length - rest.length);
  if (segments.at(-1) === KEY) return String(together.at(-1)?.key);
  const keys = [...together.map(({ key }) => key), ...rest.filter((segment) => !segment.startsWith('='))];
  return keys.reduce<JsonValue | undefined>((value, key) => (key === undefined ? value : memberOf(value, key)), record);
}

function isSameWay(segment: string, step: Step | undefined): boolean {
  return step?.segment === segment || (segment === KEY && step?.segment === EVERY);
}

function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (isJsonArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function pathOf(steps: readonly Step[]): string {
  return steps.map(({ segment }) => `/${segment}`).join('');
}
