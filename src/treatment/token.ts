import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { sealToken } from '../keys/siv.ts';
import { meaningOf, normalText } from './normal-text.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

// AES-256-SIV takes two keys at once (RFC 5297 §2.2).
const KEY_BYTES = 64;
const MAX_CHARACTERS = 256;
const Parameters = Type.Object(
  { epoch: Type.Integer({ minimum: 1, maximum: 9999, description: 'Raised to change every token; visible in them.' }) },
  { additionalProperties: false },
);

/**
 * 令牌: a pseudonym that only the gateway's key turns back into the value. It tells about how long the value is, so it is
 * for values of one length: numbers of people and of organisations.
 */
export const token: Treatment = {
  id: 'token',
  version: 1,
  titleEn: 'Token, for one purpose',
  titleZh: '令牌化',
  technique: 'encryption',
  deterministic: true,
  linkable: 'purpose',
  reversible: 'gateway',
  keyed: true,
  accepts: { types: ['string'], semantics: ['cn.resident-id', 'cn.uscc', 'cn.mobile'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'pseudonym']),
  emits: ({ parameters }) => ({
    type: 'string',
    pattern: `^t${readParameters(Parameters, parameters).epoch}[.][A-Za-z0-9_-]+$`,
  }),
  compile: ({ schema, parameters }, keys) => {
    const { epoch } = readParameters(Parameters, parameters);
    const meaning = meaningOf(schema);
    const key = keys.derive(`token/${meaning}/${epoch}`, KEY_BYTES, epoch);
    return (value) => {
      const text = typeof value === 'string' ? normalText(schema, value) : undefined;
      if (text === undefined || text.length > MAX_CHARACTERS) return UNFIT;
      return `t${epoch}.${sealToken(key, ['shuqiao-token', meaning], text)}`;
    };
  },
};
