import { Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import { FORMATS, TYPES } from '../schema/profile.ts';
import { ANNOTATION_SCHEMAS } from './annotations.ts';

const size = { type: 'integer', minimum: 0 };
const typeName = { enum: [...TYPES] };
const below = { $ref: '#/$defs/schema' };
const names = { type: 'array', items: { type: 'string' }, uniqueItems: true };

/** The profile of JSON Schema 2020-12 that contracts may use, itself as a JSON Schema. */
export const SCHEMA_DEFINITION = {
  type: 'object',
  properties: {
    $comment: { type: 'string' },
    $ref: { type: 'string', pattern: '^#/[$]defs/[A-Za-z][A-Za-z0-9]*$' },
    title: { type: 'string' },
    description: { type: 'string' },
    type: { anyOf: [typeName, { type: 'array', items: typeName, minItems: 1, maxItems: 2, uniqueItems: true }] },
    enum: { type: 'array', minItems: 1, uniqueItems: true },
    const: {},
    properties: { type: 'object', additionalProperties: below },
    required: names,
    additionalProperties: { const: false },
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
    ...ANNOTATION_SCHEMAS,
  },
  additionalProperties: false,
} as const;

/** The meta-schema of `schema.json`; published as docs/schemas/record.schema.json for editors. */
export const SchemaFile = Type.Unsafe<JsonObject>({
  title: 'Shuqiao record schema',
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    $defs: { type: 'object', additionalProperties: below },
    ...SCHEMA_DEFINITION.properties,
  },
  additionalProperties: false,
  $defs: { schema: SCHEMA_DEFINITION },
});
