import { isJsonArray, isJsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { typesOf } from './profile.ts';

/** One of several closed objects, told apart by the constant that one property of each holds. */
export interface Variant {
  /** The constant, and with `=` in front the segment of a path that leads into the variant. */
  readonly value: string;
  /** Where it stands in `oneOf`. */
  readonly index: number;
  readonly schema: JsonSchema;
}

/** What a resolved schema describes, whether or not null may stand in its place. */
export type Form =
  | { readonly kind: 'leaf' }
  | {
      readonly kind: 'object';
      readonly properties: readonly (readonly [name: string, schema: JsonSchema])[];
      readonly required: ReadonlySet<JsonValue>;
    }
  | { readonly kind: 'array'; readonly items: JsonSchema }
  | { readonly kind: 'map'; readonly keys: JsonSchema; readonly values: JsonSchema }
  | { readonly kind: 'choice'; readonly discriminator: string; readonly variants: readonly Variant[] };

/** A schema that nothing but an empty object fits: it has no field that anybody could be granted. */
export const NOTHING: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** Of a schema that is outside the profile, the form that lets the least be named. */
export function formOf(schema: JsonSchema): Form {
  const types = typesOf(schema);
  const { properties, required, items, additionalProperties: values, propertyNames: keys, oneOf } = schema;
  if (types.includes('array')) return { kind: 'array', items: isJsonObject(items) ? items : NOTHING };
  if (!types.includes('object')) return { kind: 'leaf' };
  if (oneOf !== undefined) return choiceOf(schema, isJsonArray(oneOf) ? oneOf : []);
  if (isJsonObject(values) && isJsonObject(keys)) return { kind: 'map', keys, values };
  return {
    kind: 'object',
    properties: Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, property]) =>
      isJsonObject(property) ? [[name, property] as const] : [],
    ),
    required: new Set(isJsonArray(required) ? required : []),
  };
}

function choiceOf({ discriminator }: JsonSchema, oneOf: readonly JsonValue[]): Form {
  const name = isJsonObject(discriminator) ? discriminator['propertyName'] : undefined;
  const by = typeof name === 'string' ? name : '';
  const variants = oneOf.flatMap((schema, index): Variant[] => {
    if (!isJsonObject(schema)) return [];
    const value = constantOf(schema, by);
    return value === undefined ? [] : [{ value, index, schema }];
  });
  return { kind: 'choice', discriminator: by, variants };
}

/** The text that the property always holds, if there is one. */
export function constantOf({ properties }: JsonSchema, name: string): string | undefined {
  const property = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  const value = isJsonObject(property) ? property['const'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** What stands directly below a schema: by which segment of a path, and where the schema says so. */
export interface Part {
  readonly segment: string;
  readonly pointer: string;
  readonly schema: JsonSchema;
}

/** The segment that stands for every item of an array and every value of a map. */
export const EVERY = '*';
/** The segment that stands for every key of a map: keys are data too. */
export const KEY = '{key}';

export function isKeyPath(path: string): boolean {
  return path.endsWith(`/${KEY}`);
}

/** Whether a record has the field in one place at most: in no array, map or choice. */
export function isPlainPath(path: string): boolean {
  return !/[*={]/.test(path);
}

/** The path of the values of the map that has its keys at this path. */
export function valuesPath(keyPath: string): string {
  return keyPath.slice(0, -KEY.length) + EVERY;
}

/** Whether the path leads to or into the values of the map that has its keys at that path. */
export function isInMapOf(keyPath: string, path: string): boolean {
  return isKeyPath(keyPath) && `${path}/`.startsWith(`${valuesPath(keyPath)}/`);
}

/** The parts of a schema in the order in which it names them; of a leaf there are none, nor of an empty object. */
export function partsOf(schema: JsonSchema): readonly Part[] {
  const form = formOf(schema);
  if (form.kind === 'leaf') return [];
  if (form.kind === 'array') return [{ segment: EVERY, pointer: '/items', schema: form.items }];
  if (form.kind === 'map') {
    return [
      { segment: KEY, pointer: '/propertyNames', schema: form.keys },
      { segment: EVERY, pointer: '/additionalProperties', schema: form.values },
    ];
  }
  if (form.kind === 'choice') {
    return form.variants.map((variant) => ({
      segment: `=${variant.value}`,
      pointer: `/oneOf/${variant.index}`,
      schema: variant.schema,
    }));
  }
  return form.properties.map(([name, property]) => ({
    segment: name,
    pointer: `/properties/${name}`,
    schema: property,
  }));
}

/** Where the schema says what stands at the path of one of its fields. */
export function schemaPointer(schema: JsonSchema, path: string): string {
  let at = schema;
  let pointer = '';
  for (const segment of path.split('/').slice(1)) {
    const part = partsOf(at).find((known) => known.segment === segment);
    if (part === undefined) return pointer;
    pointer += part.pointer;
    at = part.schema;
  }
  return pointer;
}

const NAME = '[A-Za-z][A-Za-z0-9]*';
const CONSTANT = '[\\p{L}\\p{N}][\\p{L}\\p{N}_-]{0,63}';

/** The path of a field, as a grant writes it. */
export const FIELD_PATH = `^(?:/(?:${NAME}|[*]|=${CONSTANT}))*/(?:${NAME}|[*]|[{]key[}])$`;

/** What may tell a variant apart: it must be able to stand in a path. */
export const VARIANT_CONSTANT = new RegExp(`^${CONSTANT}$`, 'u');
