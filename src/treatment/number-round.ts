import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { typesOf } from '../schema/profile.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  { step: Type.Integer({ minimum: 2, maximum: 1_000_000_000_000, description: 'Rounded to the nearest multiple.' }) },
  { additionalProperties: false },
);

/** 取整: 12850.55 → 13000 by 1000. Whole steps only, so that no digit of a fraction is left over by floating point. */
export const numberRound: Treatment = {
  id: 'number.round',
  version: 1,
  titleEn: 'Number, rounded',
  titleZh: '取整',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer', 'number'], semantics: ['untyped'] },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'range', 'rounded']),
  emits: ({ schema }) => ({ type: typesOf(schema).includes('integer') ? 'integer' : 'number' }),
  compile: ({ parameters }) => {
    const { step } = readParameters(Parameters, parameters);
    return (value) => {
      if (typeof value !== 'number') return UNFIT;
      const rounded = Math.round(value / step) * step;
      // Past 2^53 what comes out is no longer a multiple; and -0 is written as 0 but is not equal to it everywhere.
      return Number.isSafeInteger(rounded) ? rounded + 0 : UNFIT;
    };
  },
};
