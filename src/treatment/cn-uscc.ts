import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseUnifiedSocialCreditCode } from '../semantic/unified-social-credit-code.ts';
import { HIDDEN } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  { keep: Type.Union([Type.Literal('area'), Type.Literal('organisation')]) },
  { additionalProperties: false },
);

/** GB 32100: authority, type and six digits of the area; nine of the organisation; the check. */
const KEPT = {
  area: { parts: ['authority', 'type', 'area2', 'area4', 'area6'], from: 0, to: 8 },
  organisation: { parts: ['organisation'], from: 8, to: 17 },
} as const;

/** 统一社会信用代码: 91350100**********, or the organisation without its place. A sole trader's code is personal data. */
export const cnUscc: Treatment = {
  id: 'cn.uscc',
  version: 1,
  titleEn: 'Unified social credit code, masked',
  titleZh: '统一社会信用代码掩码',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.uscc'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => precision(['presence', ...KEPT[readParameters(Parameters, parameters).keep].parts]),
  emits: () => ({ type: 'string', pattern: '^[0-9A-Y*]{18}$' }),
  compile: ({ parameters }) => {
    const { from, to } = KEPT[readParameters(Parameters, parameters).keep];
    return (value) => {
      const code = typeof value === 'string' ? parseUnifiedSocialCreditCode(value) : undefined;
      if (code === undefined) return UNFIT;
      return HIDDEN.repeat(from) + code.slice(from, to) + HIDDEN.repeat(code.length - to);
    };
  },
};
