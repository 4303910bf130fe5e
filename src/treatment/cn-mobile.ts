import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseMobile } from '../semantic/mobile.ts';
import { keepEndsOfAscii } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  { head: Type.Union([Type.Literal(0), Type.Literal(3)]), tail: Type.Union([Type.Literal(0), Type.Literal(4)]) },
  { additionalProperties: false },
);

/** 移动电话号码: 138****8000. Ten thousand numbers look like that, so it is a hint for who knows the number, no more. */
export const cnMobile: Treatment = {
  id: 'cn.mobile',
  version: 1,
  titleEn: 'Mobile number, masked',
  titleZh: '手机号码掩码',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.mobile'] },
  parameters: Parameters,
  answersForMissing: false,
  optional: false,
  onMismatch: ANY_MISMATCH,
  reveals: ({ parameters }) => {
    const { head, tail } = readParameters(Parameters, parameters);
    return precision(['presence', ...(head === 3 ? ['head3'] : []), ...(tail === 4 ? ['tail4'] : [])]);
  },
  emits: () => ({ type: 'string', pattern: '^[0-9]{0,3}[*]{4,11}[0-9]{0,4}$' }),
  compile: ({ parameters }) => {
    const { head, tail } = readParameters(Parameters, parameters);
    return (value) => {
      const digits = typeof value === 'string' ? parseMobile(value) : undefined;
      return digits === undefined ? UNFIT : keepEndsOfAscii(digits, head, tail);
    };
  },
};
