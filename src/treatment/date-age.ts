import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { ageOn, OLDEST } from '../semantic/age-on.ts';
import { birthOf, SAY_BIRTH } from '../semantic/birth-of.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  { atLeast: Type.Integer({ minimum: 1, maximum: OLDEST, description: 'Whole years 周岁 that are asked about.' }) },
  { additionalProperties: false },
);

/** Whether somebody is old enough: 满足/不满足, instead of the date of birth or of the number that has it in it. */
export const dateAge: Treatment = {
  id: 'date.age',
  version: 1,
  titleEn: 'Whether somebody has reached an age today',
  titleZh: '是否已满周岁',
  caution:
    'Counted on the day of the exchange in China (UTC+08:00). Whoever asks every day sees the day on which the answer changes, which is a birthday; several ages leave a range of years.',
  technique: 'assertion',
  deterministic: 'per-day',
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: SAY_BIRTH },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'threshold']),
  emits: () => ({ type: 'boolean' }),
  compile: ({ schema, parameters }) => {
    const birthIn = birthOf(schema['x-semantic']);
    const { atLeast } = readParameters(Parameters, parameters);
    return (value, { nowMs }) => {
      const birth = typeof value === 'string' ? birthIn(value) : undefined;
      const age = birth === undefined ? undefined : ageOn(birth, nowMs);
      return age === undefined ? UNFIT : age >= atLeast;
    };
  },
};
