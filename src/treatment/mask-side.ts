import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { MASK } from './masked.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  { separator: Type.String({ minLength: 1, maxLength: 8, description: 'Stays, with what is on its other side.' }) },
  { additionalProperties: false },
);

interface Side {
  readonly id: string;
  readonly titleEn: string;
  readonly titleZh: string;
  /** Of several separators the one that leaves the least: after it or before it stands no other. */
  readonly mask: (text: string, separator: string) => string;
}

const BEFORE: Side = {
  id: 'mask-before',
  titleEn: 'Text, masked before a separator',
  titleZh: '分隔符前掩码',
  mask: (text, separator) => {
    const at = text.lastIndexOf(separator);
    return at < 0 ? MASK : MASK + text.slice(at);
  },
};

const AFTER: Side = {
  id: 'mask-after',
  titleEn: 'Text, masked after a separator',
  titleZh: '分隔符后掩码',
  mask: (text, separator) => {
    const at = text.indexOf(separator);
    return at < 0 ? MASK : text.slice(0, at + separator.length) + MASK;
  },
};

function treatmentOf({ id, titleEn, titleZh, mask }: Side): Treatment {
  return {
    id,
    version: 1,
    titleEn,
    titleZh,
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
    emits: () => ({ type: 'string', pattern: '[*]{4}' }),
    compile: ({ parameters }) => {
      const { separator } = readParameters(Parameters, parameters);
      return (value) => (typeof value === 'string' ? mask(value, separator) : UNFIT);
    },
  };
}

/**
 * A text that somebody else's rules divide: ab-1234 → ****-1234 or ab-****. Of what is hidden not even the length is told;
 * a text without the separator is hidden whole.
 */
export const MASKS_OF_A_SIDE: readonly Treatment[] = [BEFORE, AFTER].map(treatmentOf);
