import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { HIDDEN, hidden } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    from: Type.Integer({
      minimum: 0,
      maximum: 256,
      description: 'The first character of the range; the text begins at 0.',
    }),
    to: Type.Integer({ minimum: 1, maximum: 256, description: 'The first character after it.' }),
    hide: Type.Union([Type.Literal('inside'), Type.Literal('outside')]),
    minMasked: Type.Integer({ minimum: 1, maximum: 64, description: 'At least so many characters are hidden.' }),
  },
  { additionalProperties: false },
);

/**
 * A range of a text that has no meaning of its own here: of 2 to 5, abcdefg → ab***fg or **cde**. Where less than enough
 * would be hidden, because the text ends before, all of it is.
 */
export const maskRange: Treatment = {
  id: 'mask-range',
  version: 1,
  titleEn: 'Text, masked inside or outside a range',
  titleZh: '区间掩码',
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
  refuses: ({ parameters }) => {
    const { from, to } = readParameters(Parameters, parameters);
    return from < to ? undefined : 'the range is empty';
  },
  compile: ({ parameters }) => {
    const { from, to, hide, minMasked } = readParameters(Parameters, parameters);
    return (value) => {
      if (typeof value !== 'string') return UNFIT;
      // Positions are code points: the half of a four-byte character is not a character.
      const characters = Array.from(value);
      const inside = Math.max(0, Math.min(to, characters.length) - from);
      const masked = hide === 'inside' ? inside : characters.length - inside;
      if (masked < minMasked) return hidden(minMasked);
      const isHidden = (at: number): boolean => (at >= from && at < to) === (hide === 'inside');
      return characters.map((character, at) => (isHidden(at) ? HIDDEN : character)).join('');
    };
  },
};
