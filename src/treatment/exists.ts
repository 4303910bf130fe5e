import { Type } from '@sinclair/typebox';
import type { Treatment } from './treatment.ts';

/** Whether there is a value, and nothing of what it is: 有/无. */
export const exists: Treatment = {
  id: 'exists',
  version: 1,
  titleZh: '有无',
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  answersForMissing: true,
  optional: false,
  emits: () => ({ type: 'boolean' }),
  compile: () => (value) => value !== undefined && value !== null,
};
