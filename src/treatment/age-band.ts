import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const OLDEST = 150;

const Parameters = Type.Object(
  {
    width: Type.Union([Type.Literal(5), Type.Literal(10), Type.Literal(20)], { description: 'Years in a band.' }),
    top: Type.Integer({ minimum: 20, maximum: 120, description: 'Whoever is as old or older is in one band.' }),
  },
  { additionalProperties: false },
);

/** 年龄分段: 27 → 25-29, and 85+ for all who are older, because the oldest are few. */
export const ageBand: Treatment = {
  id: 'age.band',
  version: 1,
  titleEn: 'Age, in bands',
  titleZh: '年龄分段',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer'], semantics: ['age'] },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'age-band']),
  emits: () => ({ type: 'string', pattern: '^(?:[0-9]{1,3}-[0-9]{1,3}|[0-9]{2,3}[+])$' }),
  compile: ({ parameters }) => {
    const { width, top } = readParameters(Parameters, parameters);
    return (value) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > OLDEST) return UNFIT;
      if (value >= top) return `${top}+`;
      const from = value - (value % width);
      return `${from}-${Math.min(from + width, top) - 1}`;
    };
  },
};
