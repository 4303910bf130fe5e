import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { hidden, keepEnds as maskMiddle } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    head: Type.Integer({ minimum: 0, maximum: 16 }),
    tail: Type.Integer({ minimum: 0, maximum: 16 }),
    minMasked: Type.Integer({ minimum: 1, maximum: 64, description: 'At least so many characters are hidden.' }),
  },
  { additionalProperties: false },
);

/**
 * The ends of a text that has no meaning of its own here: abcdef → a****f. One that is too short to hide enough is
 * hidden whole; others' masks give it back as it is.
 */
export const keepEnds: Treatment = {
  id: 'keep-ends',
  version: 1,
  titleEn: 'Text, masked but for its ends',
  titleZh: '保留首尾',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['untyped'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'partial']),
  emits: () => ({ type: 'string' }),
  compile: ({ parameters }) => {
    const { head, tail, minMasked } = readParameters(Parameters, parameters);
    return (value) => {
      if (typeof value !== 'string') return UNFIT;
      const { length } = Array.from(value);
      return length < head + tail + minMasked ? hidden(minMasked) : maskMiddle(value, head, tail);
    };
  },
};
