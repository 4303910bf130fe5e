import { CLASSIFICATIONS, SECRETS } from '../domain/classification.ts';
import { SEMANTIC_TYPES } from '../semantic/semantic-types.ts';

const fieldPointer = { type: 'string', pattern: '^(?:/(?:[A-Za-z][A-Za-z0-9]*|[*]|=[^/]+|[{]key[}]))+$' };
const precisionName = { type: 'string', pattern: '^[a-z][a-z0-9-]*$' };

/** The annotation keywords of a contract, as a JSON Schema for editors and for the check at load. */
export const ANNOTATION_SCHEMAS = {
  'x-semantic': {
    enum: Object.keys(SEMANTIC_TYPES),
    description: 'What the field is, beyond its JSON type: decides which treatments and precisions there are.',
  },
  'x-classification': {
    enum: [...CLASSIFICATIONS, ...SECRETS],
    description:
      'GB/T 43697-2024 分类分级; required on every field. core is not shared here; state-secret 国家秘密 and work-secret 工作秘密 are refused outright.',
  },
  'x-subject': {
    type: 'string',
    pattern: '^[a-z][a-z0-9-]*$',
    description:
      'Whose data it is, where a record speaks of several (applicant, guardian); without it the record’s subject, and below an array its items.',
  },
  'x-derived-from': {
    anyOf: [fieldPointer, { type: 'array', items: fieldPointer, minItems: 1, uniqueItems: true }],
    description: 'The field or fields that this one can be told from, as a date of birth from a resident id.',
  },
  'x-quasi-identifier': {
    type: 'object',
    propertyNames: precisionName,
    additionalProperties: { type: 'integer', minimum: 1 },
    minProperties: 1,
    description: '准标识符: how many different values the field has at each precision, by the name of the precision.',
  },
  'x-floor': {
    anyOf: [precisionName, { type: 'array', items: precisionName, minItems: 1, uniqueItems: true }],
    description: 'The most of the field that any grant may ever show, by the name of a precision; several join.',
  },
  'x-filter': {
    type: 'string',
    pattern: '^(?:/[A-Za-z][A-Za-z0-9]*)+$',
    description: 'Query only: sent to the source; the record must be about this value.',
  },
  'x-match': {
    type: 'string',
    pattern: '^(?:/[A-Za-z][A-Za-z0-9]*)+$',
    description: 'Query only: compared in the gateway, never sent to the source.',
  },
} as const;
