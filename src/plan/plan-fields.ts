import type { JsonSchema } from '../domain/json.ts';
import { EVERY, type Form, formOf, KEY } from '../schema/form.ts';
import { nullableLike, type Planning, planLeaf, type Site } from './plan-leaf.ts';
import {
  arrayProjection,
  choiceProjection,
  type Entry,
  mapProjection,
  objectProjection,
  type Projection,
} from './projection.ts';

type FormOf<Kind extends Form['kind']> = Extract<Form, { readonly kind: Kind }>;

/** A piece of a plan, and the key it leaves by if the grant says another than its own. */
interface Planned {
  readonly as?: string | undefined;
  readonly projection: Projection;
}

/**
 * Walks the record's schema and keeps what is granted: the tree of the contract decides the shape, never the value.
 * The fields were checked against the contract before.
 */
export function planFields(planning: Planning): Projection {
  const site: Site = { schema: planning.contract.schema, path: '', output: '' };
  const form = formOf(site.schema);
  if (form.kind !== 'object') throw new TypeError('planned for a record that is no object');
  return planObject(planning, site, form);
}

/** Nothing where nothing below is granted; more than one only of a leaf that leaves in several precisions. */
function planPart(planning: Planning, site: Site): readonly Planned[] {
  const form = formOf(site.schema);
  if (form.kind === 'leaf') return planLeaves(planning, site);
  return planContainer(planning, site, form)
    .filter(({ fields }) => fields.length > 0)
    .map((projection) => ({ projection }));
}

function planContainer(planning: Planning, site: Site, form: Exclude<Form, FormOf<'leaf'>>): readonly Projection[] {
  if (form.kind === 'object') return [planObject(planning, site, form)];
  if (form.kind === 'array') return planArray(planning, site, form);
  if (form.kind === 'map') return planMap(planning, site, form);
  return [planChoice(planning, site, form)];
}

function planLeaves(planning: Planning, site: Site): readonly Planned[] {
  return planning.granted
    .filter(({ path }) => path === site.path)
    .map((field) => ({
      as: field.as,
      projection: planLeaf(planning, field, { ...site, output: renamed(site.output, field.as) }),
    }));
}

/** Where a field leaves that the grant gives another key. */
export function renamed(path: string, as: string | undefined): string {
  return as === undefined ? path : path.replace(/[^/]+$/, as);
}

function below(site: Site, segment: string, schema: JsonSchema): Site {
  return { schema, path: `${site.path}/${segment}`, output: `${site.output}/${segment}` };
}

function planObject(planning: Planning, site: Site, { properties, required }: FormOf<'object'>): Projection {
  const entries = properties.flatMap(([name, schema]): readonly Entry[] =>
    planPart(planning, below(site, name, schema)).map(({ as, projection }) => ({
      key: as ?? name,
      from: name,
      projection,
    })),
  );
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
}

/** An answer has it where the record must have what it is made of, or where the treatment answers for what is missing. */
function isRequired({ required, answersForMissing }: Projection, inRecord: boolean): boolean {
  return required && (inRecord || answersForMissing);
}

function planArray(planning: Planning, site: Site, { items }: FormOf<'array'>): readonly Projection[] {
  return planPart(planning, below(site, EVERY, items)).map(({ projection: item }) => ({
    schema: nullableLike(site.schema, {
      ...boundsOf(site.schema, { least: 'minItems', most: 'maxItems', isKept: item.required }),
      type: 'array',
      items: item.schema,
    }),
    required: true,
    answersForMissing: false,
    fields: item.fields,
    project: arrayProjection(item),
  }));
}

/** Nothing of a map leaves without its keys, nor they without it. */
function planMap(planning: Planning, site: Site, form: FormOf<'map'>): readonly Projection[] {
  const keySite = below(site, KEY, form.keys);
  return planLeaves(planning, keySite).flatMap(({ projection: keys }) =>
    planPart(planning, below(site, EVERY, form.values)).map(({ projection: values }) => ({
      schema: nullableLike(site.schema, {
        ...boundsOf(site.schema, {
          least: 'minProperties',
          most: 'maxProperties',
          isKept: keys.required && values.required,
        }),
        type: 'object',
        additionalProperties: values.schema,
        propertyNames: keys.schema,
      }),
      required: true,
      answersForMissing: false,
      fields: [...keys.fields, ...values.fields],
      project: mapProjection({ keys, values, output: keySite.output }),
    })),
  );
}

function planChoice(planning: Planning, site: Site, { discriminator, variants }: FormOf<'choice'>): Projection {
  const planned = variants.map(({ value, schema }) => {
    const [part] = planPart(planning, below(site, `=${value}`, schema));
    return [value, part?.projection] as const;
  });
  const leaving = planned.flatMap(([, projection]) => projection ?? []);
  return {
    schema: nullableLike(site.schema, anyOf(leaving.map(({ schema }) => schema))),
    required: leaving.length === variants.length,
    answersForMissing: false,
    fields: leaving.flatMap(({ fields }) => fields),
    project: choiceProjection({ discriminator, variants: new Map(planned) }),
  };
}

/** Not `oneOf`: two variants of which the same is granted look alike, and a value then fits both. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const [only] = different;
  return only !== undefined && different.length === 1 ? only : { anyOf: different };
}

interface Bounds {
  readonly least: 'minItems' | 'minProperties';
  readonly most: 'maxItems' | 'maxProperties';
  /** Whether all of them leave. Where one may be left out, the least number of them is no longer promised. */
  readonly isKept: boolean;
}

function boundsOf(schema: JsonSchema, { least, most, isKept }: Bounds): JsonSchema {
  return {
    ...(schema[least] === undefined || !isKept ? {} : { [least]: schema[least] }),
    ...(schema[most] === undefined ? {} : { [most]: schema[most] }),
  };
}
