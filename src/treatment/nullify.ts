import { Type } from '@sinclair/typebox';
import { NOTHING } from '../domain/precision.ts';
import { FAIL_OR_DROP, type Treatment } from './treatment.ts';

/** Null whatever the value, present or missing: for consumers whose form must have the field. */
export const nullify: Treatment = {
  id: 'nullify',
  version: 1,
  titleEn: 'Null instead of the value',
  titleZh: '置空',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: FAIL_OR_DROP,
  answersForMissing: true,
  optional: false,
  reveals: () => NOTHING,
  emits: () => ({ type: 'null' }),
  compile: () => () => null,
};
