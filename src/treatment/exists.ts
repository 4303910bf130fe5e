import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { FAIL_OR_DROP, type Treatment } from './treatment.ts';

/** Whether there is a value, and nothing of what it is: 有/无. */
export const exists: Treatment = {
  id: 'exists',
  version: 1,
  titleEn: 'Whether there is a value',
  titleZh: '有无',
  technique: 'assertion',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  answersForMissing: true,
  optional: false,
  onMismatch: FAIL_OR_DROP,
  reveals: () => precision(['presence']),
  emits: () => ({ type: 'boolean' }),
  compile: () => (value) => value !== undefined && value !== null,
};
