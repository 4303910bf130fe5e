import type { Fault } from '../domain/fault.ts';
import { isJsonArray, isJsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { constantOf, VARIANT_CONSTANT } from './form.ts';
import { DISCRIMINATOR, TYPES, typesOf } from './profile.ts';

export type Finding = Omit<Fault, 'file'>;

/** What a resolved schema must say so that everything that fits it can be named by a path, and nothing else fits it. */
export function formFindings(schema: JsonSchema, pointer: string): readonly Finding[] {
  const types = typesOf(schema);
  return [
    ...typeFindings(types),
    ...(types.includes('array') ? itemsFindings(schema) : []),
    ...(schema['oneOf'] === undefined ? [] : choiceFindings(schema)),
    ...(types.includes('object') ? objectFindings(schema) : []),
    ...misplacedFindings(schema, types),
  ].map((finding) => ({ ...finding, pointer: `${pointer}${finding.pointer}` }));
}

function typeFindings(types: readonly string[]): readonly Finding[] {
  const named = types.filter((type) => type !== 'null');
  if (types.length > 0 && named.length <= 1 && types.every((type) => TYPES.has(type))) return [];
  return [
    {
      pointer: '/type',
      message: 'the type is missing, unknown or more than one',
      remedy: 'Name one JSON type, or one and "null".',
    },
  ];
}

function itemsFindings({ items }: JsonSchema): readonly Finding[] {
  if (isJsonObject(items)) return [];
  return [{ pointer: '', message: 'the items of the array have no schema', remedy: 'Add "items".' }];
}

function objectFindings(schema: JsonSchema): readonly Finding[] {
  if (schema['oneOf'] !== undefined) return [];
  if (isJsonObject(schema['additionalProperties']) && schema['properties'] === undefined) return mapFindings(schema);
  if (schema['additionalProperties'] === false && isJsonObject(schema['properties'])) return [];
  return [
    {
      pointer: '',
      message: 'the object is open',
      remedy:
        'Name its properties and add "additionalProperties": false; or, for a map, say what its values are by additionalProperties and what its keys are by propertyNames.',
    },
  ];
}

/** The keys of a map are data, of anybody perhaps: they are described, graded and granted as a field is. */
function mapFindings({ propertyNames: keys }: JsonSchema): readonly Finding[] {
  const isText = isJsonObject(keys) && keys['type'] === 'string';
  if (isText && (keys['enum'] !== undefined || keys['pattern'] !== undefined)) return [];
  return [
    {
      pointer: '',
      message: 'the keys of the map are not described',
      remedy: 'Add "propertyNames": texts, by "enum" or "pattern", with their x-classification.',
    },
  ];
}

function choiceFindings(schema: JsonSchema): readonly Finding[] {
  const { oneOf, [DISCRIMINATOR]: discriminator } = schema;
  const name = isJsonObject(discriminator) ? discriminator['propertyName'] : undefined;
  if (typeof name !== 'string') {
    return [
      {
        pointer: '/oneOf',
        message: 'oneOf has no discriminator',
        remedy: 'Add "discriminator": {"propertyName": …}, the property whose constant says which of them a value is.',
      },
    ];
  }
  const all = isJsonArray(oneOf) ? oneOf : [];
  return [...nullFindings(schema, all), ...variantFindings(all, name)];
}

/** `oneOf` holds for null only where one of them is null: beside it, "null" in the type alone lets no null through. */
function nullFindings(schema: JsonSchema, all: readonly JsonValue[]): readonly Finding[] {
  const types = typesOf(schema);
  const nulls = all.filter(isNullSchema).length;
  if (types.includes('object') && nulls === (types.includes('null') ? 1 : 0)) return [];
  return [
    {
      pointer: '/oneOf',
      message: 'the type and the variants of oneOf do not agree',
      remedy: 'Say "type": "object"; or ["object", "null"] and, as one of oneOf, {"type": "null"}.',
    },
  ];
}

function variantFindings(all: readonly JsonValue[], name: string): readonly Finding[] {
  const variants = all.map((schema, index) => ({ schema, index })).filter(({ schema }) => !isNullSchema(schema));
  const constants = variants.map(({ schema }) => (isJsonObject(schema) ? constantOf(schema, name) : undefined));
  return variants
    .filter(({ schema }, at) => {
      const constant = constants[at];
      const isOwn = constant !== undefined && constants.indexOf(constant) === at && VARIANT_CONSTANT.test(constant);
      return !isOwn || !isVariant(schema, name);
    })
    .map(({ index }) => ({
      pointer: `/oneOf/${index}`,
      message: 'the variant does not say by a constant of its own which it is',
      remedy: `Make it a closed object that requires ${name}, a text with a "const" of letters, digits, _ and - that no other variant has.`,
    }));
}

function isVariant(schema: JsonValue, name: string): boolean {
  if (!isJsonObject(schema) || schema['type'] !== 'object') return false;
  const { properties, required } = schema;
  const property = isJsonObject(properties) ? properties[name] : undefined;
  return isJsonObject(property) && property['type'] === 'string' && isJsonArray(required) && required.includes(name);
}

function isNullSchema(schema: JsonValue): boolean {
  return isJsonObject(schema) && schema['type'] === 'null';
}

// Beside what does not belong to it a keyword would be applied by ajv, and be lost on the way to the consumer.
const OF_A_MAP = ['propertyNames', 'minProperties', 'maxProperties'];
const OF_AN_OBJECT = ['properties', 'required', 'additionalProperties', ...OF_A_MAP];

function misplacedFindings(schema: JsonSchema, types: readonly string[]): readonly Finding[] {
  return misplaced(schema, types)
    .filter((keyword) => schema[keyword] !== undefined)
    .map((keyword) => ({
      pointer: `/${keyword}`,
      message: 'this keyword does not belong to this form',
      remedy: 'Remove it; docs/contracts.md says what a closed object, a map, a choice and a reference may say.',
    }));
}

function misplaced(schema: JsonSchema, types: readonly string[]): readonly string[] {
  // Where it belongs, beside a reference, it is gone once the reference is resolved.
  const always = ['x-max-depth'];
  if (schema['oneOf'] !== undefined) return types.length === 0 ? always : [...always, ...OF_AN_OBJECT];
  if (types.length === 0) return [...always, DISCRIMINATOR];
  if (!types.includes('object')) return [...always, DISCRIMINATOR, ...OF_AN_OBJECT];
  if (schema['properties'] !== undefined) return [...always, DISCRIMINATOR, ...OF_A_MAP];
  return [...always, DISCRIMINATOR, ...(isJsonObject(schema['additionalProperties']) ? ['required'] : [])];
}
