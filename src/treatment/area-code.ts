import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseAreaCode } from '../semantic/area-code.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const CODE_LENGTH = 6;
const Parameters = Type.Object(
  { level: Type.Union([Type.Literal('province'), Type.Literal('prefecture')]) },
  { additionalProperties: false },
);
const DIGITS = { province: 2, prefecture: 4 } as const;

/** 行政区划代码, of a higher level: 430722 → 430700 or 430000, which are codes of GB/T 2260 themselves. */
export const areaCodeLevel: Treatment = {
  id: 'cn.area-code',
  version: 1,
  titleEn: 'Administrative division, of a higher level',
  titleZh: '行政区划上卷',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.area-code'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => {
    const digits = DIGITS[readParameters(Parameters, parameters).level];
    return precision(['presence', ...['area2', 'area4'].slice(0, digits / 2)]);
  },
  emits: () => ({ type: 'string', pattern: '^[1-9][0-9]{3}00$' }),
  compile: ({ parameters }) => {
    const digits = DIGITS[readParameters(Parameters, parameters).level];
    return (value) => {
      const code = typeof value === 'string' ? parseAreaCode(value) : undefined;
      return code === undefined ? UNFIT : code.slice(0, digits).padEnd(CODE_LENGTH, '0');
    };
  },
};
