import { Type } from '@sinclair/typebox';
import { withoutAnnotations } from '../schema/profile.ts';
import { exactPrecision } from '../semantic/precisions.ts';
import { ABSENT, ANY_MISMATCH, type Treatment } from './treatment.ts';

/** The value itself: precision "exact". */
export const keep: Treatment = {
  id: 'keep',
  version: 1,
  titleEn: 'The value itself',
  titleZh: '原值',
  technique: 'none',
  deterministic: true,
  linkable: 'global',
  reversible: 'everybody',
  keyed: false,
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  answersForMissing: false,
  optional: false,
  onMismatch: ANY_MISMATCH,
  reveals: ({ schema }) => exactPrecision(schema),
  emits: ({ schema }) => withoutAnnotations(schema),
  compile: () => (value) => value ?? ABSENT,
};
