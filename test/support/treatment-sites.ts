import type { JsonObject, JsonSchema, JsonValue } from '../../src/domain/json.ts';
import { isSemanticTypeId, SEMANTIC_TYPES } from '../../src/semantic/semantic-types.ts';
import type { Treatment, TreatmentSite } from '../../src/treatment/treatment.ts';

const SUBJECT = [{ name: 'who', schema: { type: 'string', 'x-semantic': 'cn.resident-id' } }];

/** A query that says whom it is about and what it asks to be compared. */
export const QUERY: JsonObject = { who: '11010519491231002X', asked: 'asked' };

/**
 * Every kind of field that the treatment takes, with some of the parameters that it may have there, made from what it
 * declares: a treatment that is added is tried without being added anywhere else.
 * @throws Error for parameters of a kind that nothing is known to choose for
 */
export function sitesOf(treatment: Treatment): readonly TreatmentSite[] {
  return schemasOf(treatment)
    .flatMap((schema) =>
      choicesOf(treatment.parameters as ParameterSchema).map((parameters) => ({
        schema,
        parameters: parameters as JsonObject,
        matchParameters: ['asked'],
        subject: SUBJECT,
      })),
    )
    .filter((site) => treatment.refuses?.(site) === undefined);
}

function schemasOf({ accepts: { types, semantics } }: Treatment): readonly JsonSchema[] {
  const meanings = semantics ?? ['untyped', ...Object.keys(SEMANTIC_TYPES)];
  return meanings.flatMap((meaning) => {
    if (!isSemanticTypeId(meaning)) return types.map((type) => ({ type }));
    const { json } = SEMANTIC_TYPES[meaning];
    return (types as readonly string[]).includes(json) ? [{ type: json, 'x-semantic': meaning }] : [];
  });
}

interface ParameterSchema {
  readonly type?: string;
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  readonly anyOf?: readonly ParameterSchema[];
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
  readonly items?: ParameterSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

function choicesOf(schema: ParameterSchema): readonly JsonValue[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(choicesOf);
  const choose = BY_TYPE[schema.type ?? ''];
  if (choose === undefined) throw new Error(`nothing is known to choose for parameters like ${JSON.stringify(schema)}`);
  return schema.enum ?? choose(schema);
}

const BY_TYPE: Readonly<Record<string, (schema: ParameterSchema) => readonly JsonValue[]>> = {
  boolean: () => [true, false],
  integer: ({ minimum = -7, maximum = 1000 }) => [...new Set([minimum, Math.min(maximum, minimum + 3), maximum])],
  number: () => [0, 10.5],
  string: () => ['asked'],
  array: ({ minItems = 0, items = {} }) => [Array.from({ length: Math.max(minItems, 1) }, (_, at) => nth(items, at))],
  object: objectsOf,
};

function nth(schema: ParameterSchema, at: number): JsonValue {
  const choices = choicesOf(schema);
  return choices[at % choices.length] ?? null;
}

/** Every choice of every property with the first of the others, and one of the last of all: not all of all. */
function objectsOf({ properties = {}, required = [] }: ParameterSchema): readonly JsonObject[] {
  const choices = Object.entries(properties).map(([name, property]) => [name, choicesOf(property)] as const);
  const needed = choices.filter(([name]) => required.includes(name));
  const first = Object.fromEntries(needed.map(([name, [one]]) => [name, one ?? null]));
  const last = Object.fromEntries(choices.map(([name, all]) => [name, all.at(-1) ?? null]));
  const each = choices.flatMap(([name, all]) => all.map((one) => ({ ...first, [name]: one })));
  const objects: readonly JsonObject[] = [first, ...each, last];
  return [...new Map(objects.map((one) => [JSON.stringify(one), one])).values()];
}
