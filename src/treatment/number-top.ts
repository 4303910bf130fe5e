import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { typesOf } from '../schema/profile.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object({ cap: Type.Integer() }, { additionalProperties: false });

/** 顶层编码: what is above the cap comes out as the cap, because the largest are few and known. Below it the value stays. */
export const numberTop: Treatment = {
  id: 'number.top',
  version: 1,
  titleEn: 'Number, capped',
  titleZh: '顶层编码',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'global',
  reversible: 'everybody',
  keyed: false,
  accepts: { types: ['integer', 'number'], semantics: ['untyped'] },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  // For most values it is the value: only a grant that may see it may have it capped.
  reveals: () => precision(['presence', 'range', 'rounded', 'value']),
  emits: ({ schema, parameters }) => ({
    type: typesOf(schema).includes('integer') ? 'integer' : 'number',
    maximum: readParameters(Parameters, parameters).cap,
  }),
  compile: ({ parameters }) => {
    const { cap } = readParameters(Parameters, parameters);
    return (value) => (typeof value === 'number' ? Math.min(value, cap) : UNFIT);
  },
};
