import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { address, addressUpTo } from '../semantic/address.ts';
import { MASK } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    level: Type.Union([
      Type.Literal('province'),
      Type.Literal('prefecture'),
      Type.Literal('county'),
      Type.Literal('town'),
      Type.Literal('village'),
    ]),
  },
  { additionalProperties: false },
);

/**
 * 地址: 江苏省南京市玄武区****. To hide so many characters from the end would leave the street of a long address; what is
 * kept here is a division that was read. A level that a place does not have (北京市 has no prefecture) ends with the one
 * above it.
 */
export const cnAddress: Treatment = {
  id: 'cn.address',
  version: 1,
  titleEn: 'Address, down to a division',
  titleZh: '地址截断',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['cn.address'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) =>
    precision(['presence', ...(address.precisions[readParameters(Parameters, parameters).level] ?? [])]),
  emits: () => ({ type: 'string', pattern: '^[^0-9*]{2,80}[*]{4}$' }),
  compile: ({ parameters }) => {
    const { level } = readParameters(Parameters, parameters);
    return (value) => {
      const kept = typeof value === 'string' ? addressUpTo(value, level) : undefined;
      return kept === undefined ? UNFIT : kept + MASK;
    };
  },
};
