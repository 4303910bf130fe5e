import { Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import { fileCheck } from '../schema/checker.ts';
import { FORMATS, TYPES } from '../schema/profile.ts';
import { MAX_UNFOLDING } from '../schema/resolve-profile.ts';
import { ANNOTATION_SCHEMAS } from './annotations.ts';

const size = { type: 'integer', minimum: 0 };
const typeName = { enum: [...TYPES] };
const below = { $ref: '#/$defs/schema' };
const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };
const definitionName = '[A-Za-z][A-Za-z0-9]*';

const annotated = Object.fromEntries(
  Object.keys(ANNOTATION_SCHEMAS).map((keyword) => [keyword, { $ref: `#/$defs/annotations/properties/${keyword}` }]),
);

const SCHEMA_PROPERTIES = {
  $comment: { type: 'string' },
  $ref: { type: 'string', pattern: `^#/[$]defs/${definitionName}$` },
  'x-max-depth': {
    type: 'integer',
    minimum: 1,
    maximum: MAX_UNFOLDING,
    description: 'Beside a $ref that leads back to itself: how many levels may follow the first.',
  },
  title: { type: 'string' },
  description: { type: 'string' },
  examples: { type: 'array', minItems: 1, description: 'Made-up values, for simulations; no consumer is shown them.' },
  type: { anyOf: [typeName, { type: 'array', items: typeName, minItems: 1, maxItems: 2, uniqueItems: true }] },
  enum: { type: 'array', minItems: 1, uniqueItems: true },
  const: {},
  properties: { type: 'object', additionalProperties: below },
  required: names,
  additionalProperties: {
    description: 'false beside properties; of a map, the schema of its values.',
    if: { type: 'object' },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: below,
    else: { const: false },
  },
  propertyNames: { ...below, description: 'Of a map, its keys: a field like any other, with {key} for its path.' },
  minProperties: size,
  maxProperties: size,
  oneOf: {
    type: 'array',
    items: below,
    minItems: 1,
    description: 'Closed objects, each of which requires the discriminator and has a constant of its own for it.',
  },
  discriminator: {
    type: 'object',
    properties: { propertyName: { type: 'string', pattern: `^${definitionName}$` } },
    required: ['propertyName'],
    additionalProperties: false,
  },
  items: below,
  minItems: size,
  maxItems: size,
  minLength: size,
  maxLength: size,
  pattern: { type: 'string', format: 'regex', maxLength: 256 },
  format: { enum: [...FORMATS] },
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  exclusiveMinimum: { type: 'number' },
  exclusiveMaximum: { type: 'number' },
  ...annotated,
} as const;

const closed = { type: 'object', dependentRequired: { 'x-max-depth': ['$ref'] }, additionalProperties: false } as const;

/** The two parts of the dialect: what checks, and what only says something. To be put below `$defs`. */
export const SCHEMA_DEFINITIONS = {
  schema: { ...closed, properties: SCHEMA_PROPERTIES },
  annotations: { type: 'object', properties: ANNOTATION_SCHEMAS },
} as const;

/** The meta-schema of `schema.json`; published as docs/schemas/record.schema.json for editors. */
export const SchemaFile = Type.Unsafe<JsonObject>({
  $id: 'urn:shuqiao:schema:record',
  $vocabulary: { 'urn:shuqiao:vocab:profile': true, 'urn:shuqiao:vocab:annotations': true },
  title: 'Shuqiao record schema',
  ...closed,
  properties: {
    $schema: { type: 'string' },
    $defs: { type: 'object', additionalProperties: below },
    ...SCHEMA_PROPERTIES,
  },
  $defs: SCHEMA_DEFINITIONS,
});

export const checkSchemaFile = fileCheck(SchemaFile);
