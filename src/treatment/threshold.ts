import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { FAIL_OR_DROP, readParameters, type Treatment, UNFIT } from './treatment.ts';

const COMPARE = {
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
} as const;

const Parameters = Type.Object(
  {
    operator: Type.Union([Type.Literal('>'), Type.Literal('>='), Type.Literal('<'), Type.Literal('<=')]),
    limit: Type.Number(),
  },
  { additionalProperties: false },
);

/** Whether a number reaches a limit that the grant fixes: 满足/不满足, instead of the number. */
export const threshold: Treatment = {
  id: 'threshold',
  version: 1,
  titleEn: 'Whether it reaches a limit',
  titleZh: '阈值判断',
  technique: 'assertion',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer', 'number'] },
  parameters: Parameters,
  answersForMissing: false,
  optional: false,
  onMismatch: FAIL_OR_DROP,
  reveals: () => precision(['presence', 'threshold']),
  emits: () => ({ type: 'boolean' }),
  compile: ({ parameters }) => {
    const { operator, limit } = readParameters(Parameters, parameters);
    return (value) => (typeof value === 'number' ? COMPARE[operator](value, limit) : UNFIT);
  },
};
