import { CLASSIFICATIONS, type Classification } from '../domain/contract.ts';
import type { JsonValue } from '../domain/json.ts';
import { SEMANTIC_TYPES } from '../semantic/semantic-types.ts';

/** The annotation keywords of a contract, as a JSON Schema for editors and for the check at load. */
export const ANNOTATION_SCHEMAS = {
  'x-semantic': { enum: Object.keys(SEMANTIC_TYPES), description: 'What the field is, beyond its JSON type.' },
  'x-classification': { enum: [...CLASSIFICATIONS], description: 'GB/T 43697-2024 分类分级; required on every field.' },
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

export function isClassification(value: JsonValue | undefined): value is Classification {
  return CLASSIFICATIONS.some((classification) => classification === value);
}

/** 就高从严: the most sensitive decides. */
export function highest(classifications: readonly Classification[]): Classification {
  return CLASSIFICATIONS.find((classification) => classifications.includes(classification)) ?? 'core';
}
