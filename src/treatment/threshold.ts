import { Type } from '@sinclair/typebox';
import { readParameters, type Treatment, UNFIT } from './treatment.ts';

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
  titleZh: '阈值判断',
  accepts: { types: ['integer', 'number'] },
  parameters: Parameters,
  answersForMissing: false,
  optional: false,
  emits: () => ({ type: 'boolean' }),
  compile: ({ parameters }) => {
    const { operator, limit } = readParameters(Parameters, parameters);
    return (value) => (typeof value === 'number' ? COMPARE[operator](value, limit) : UNFIT);
  },
};
