import type { Contract } from '../domain/contract.ts';
import type { GrantedField } from '../domain/grant.ts';
import { isJsonArray, isJsonObject, type JsonSchema } from '../domain/json.ts';
import type { PlannedField } from '../domain/plan.ts';
import { typesOf } from '../schema/profile.ts';
import { TREATMENTS } from '../treatment/treatments.ts';
import {
  arrayProjection,
  type Entry,
  leafProjection,
  objectProjection,
  type Projection,
  REDACTED,
} from './projection.ts';

interface Site {
  readonly schema: JsonSchema;
  /** Where it stands in the record, and where it will stand in the answer. */
  readonly path: string;
  readonly output: string;
}

/**
 * Walks the record's schema and keeps what is granted: the tree of the contract decides the shape, never the value.
 * The fields were checked against the contract before.
 */
export function planFields(contract: Contract, granted: readonly GrantedField[]): Projection {
  const planObject = (site: Site): Projection => {
    const entries = propertiesOf(site.schema).flatMap(([name, schema]) => planProperty(site, name, schema));
    const required = new Set(requiredOf(site.schema));
    return {
      schema: nullableLike(site.schema, {
        type: 'object',
        properties: Object.fromEntries(entries.map(({ key, projection }) => [key, projection.schema])),
        required: entries
          .filter(({ from, projection }) => isRequired(projection, required.has(from)))
          .map(({ key }) => key),
        additionalProperties: false,
      }),
      required: true,
      answersForMissing: false,
      fields: entries.flatMap(({ projection }) => projection.fields),
      project: objectProjection(entries),
    };
  };

  const planProperty = (parent: Site, name: string, schema: JsonSchema): readonly Entry[] => {
    const site = { schema, path: `${parent.path}/${name}`, output: `${parent.output}/${name}` };
    if (isContainer(schema)) return planContainer(site).map((projection) => ({ key: name, from: name, projection }));
    return granted
      .filter(({ path }) => path === site.path)
      .map((field) => {
        const key = field.as ?? name;
        return {
          key,
          from: name,
          projection: planLeaf(contract, field, { ...site, output: `${parent.output}/${key}` }),
        };
      });
  };

  const planContainer = (site: Site): readonly Projection[] => {
    if (!granted.some(({ path }) => path.startsWith(`${site.path}/`))) return [];
    if (!typesOf(site.schema).includes('array')) return [planObject(site)];
    const { items } = site.schema;
    if (!isJsonObject(items)) return [];
    return planItems({ schema: items, path: `${site.path}/*`, output: `${site.output}/*` }).map((item) => ({
      schema: nullableLike(site.schema, { ...boundsOf(site.schema, item), type: 'array', items: item.schema }),
      required: true,
      answersForMissing: false,
      fields: item.fields,
      project: arrayProjection(item),
    }));
  };

  const planItems = (site: Site): readonly Projection[] => {
    if (isContainer(site.schema)) return planContainer(site);
    return granted.filter(({ path }) => path === site.path).map((field) => planLeaf(contract, field, site));
  };

  return planObject({ schema: contract.schema, path: '', output: '' });
}

function planLeaf(contract: Contract, granted: GrantedField, { schema, path, output }: Site): Projection {
  const treatment = TREATMENTS.get(granted.treatment);
  if (treatment === undefined) throw new TypeError('planned with an unchecked treatment');
  const site = { schema, parameters: granted.parameters, matchParameters: matchParametersOf(contract, path) };
  const emitted = treatment.emits(site);
  const field: PlannedField = { output, path, treatment: `${treatment.id}@${treatment.version}` };
  return {
    schema: treatment.answersForMissing
      ? emitted
      : nullableLike(schema, granted.onMismatch === 'redact' ? orRedacted(emitted) : emitted),
    required: !treatment.optional && granted.onMismatch !== 'drop',
    answersForMissing: treatment.answersForMissing,
    fields: [field],
    project: leafProjection({
      field,
      treat: treatment.compile(site),
      answersForMissing: treatment.answersForMissing,
      onMismatch: granted.onMismatch,
    }),
  };
}

export function matchParametersOf({ parameters }: Contract, path: string): readonly string[] {
  return parameters.filter(({ use, field }) => use === 'match' && field === path).map(({ name }) => name);
}

/** An answer has it where the record must have what it is made of, or where the treatment answers for what is missing. */
function isRequired({ required, answersForMissing }: Projection, inRecord: boolean): boolean {
  return required && (inRecord || answersForMissing);
}

function isContainer(schema: JsonSchema): boolean {
  return typesOf(schema).some((type) => type === 'object' || type === 'array');
}

function propertiesOf({ properties }: JsonSchema): readonly [string, JsonSchema][] {
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, schema]) =>
    isJsonObject(schema) ? [[name, schema] satisfies [string, JsonSchema]] : [],
  );
}

function requiredOf({ required }: JsonSchema): readonly unknown[] {
  return isJsonArray(required) ? required : [];
}

/** Where an item may be left out, the least number of them is no longer promised. */
function boundsOf({ minItems, maxItems }: JsonSchema, item: Projection): JsonSchema {
  return {
    ...(minItems === undefined || !item.required ? {} : { minItems }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
}

/** Null where the record may have null: a missing value stays missing, whatever the treatment. */
function nullableLike(original: JsonSchema, derived: JsonSchema): JsonSchema {
  if (!typesOf(original).includes('null') || typesOf(derived).includes('null')) return derived;
  if (derived['anyOf'] !== undefined && isJsonArray(derived['anyOf']))
    return { anyOf: [...derived['anyOf'], { type: 'null' }] };
  return { anyOf: [derived, { type: 'null' }] };
}

function orRedacted(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'string', const: REDACTED }] };
}
