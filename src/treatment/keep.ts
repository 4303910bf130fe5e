import { Type } from '@sinclair/typebox';
import { withoutAnnotations } from '../schema/profile.ts';
import { ABSENT, type Treatment } from './treatment.ts';

/** The value itself: precision "exact". */
export const keep: Treatment = {
  id: 'keep',
  version: 1,
  titleZh: '原值',
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  answersForMissing: false,
  optional: false,
  emits: ({ schema }) => withoutAnnotations(schema),
  compile: () => (value) => value ?? ABSENT,
};
