import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { meaningOf, normalText } from './normal-text.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const KEY_BYTES = 32;
const Parameters = Type.Object(
  {
    epoch: Type.Integer({
      minimum: 1,
      maximum: 9999,
      description: 'Raised to change every pseudonym; visible in them.',
    }),
  },
  { additionalProperties: false },
);

/**
 * 假名: the same for the same value within a provider, a department and a purpose, and another one everywhere else.
 * PIPL art. 73 calls that de-identified 去标识化, not anonymous: the gateway could find a value by trying all.
 */
export const pseudonym: Treatment = {
  id: 'pseudonym',
  version: 1,
  titleEn: 'Pseudonym, for one purpose',
  titleZh: '假名化',
  technique: 'pseudonymisation',
  deterministic: true,
  linkable: 'purpose',
  reversible: 'gateway',
  keyed: true,
  accepts: { types: ['integer', 'number', 'string'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'pseudonym']),
  emits: ({ parameters }) => ({
    type: 'string',
    pattern: `^p${readParameters(Parameters, parameters).epoch}[.][A-Za-z0-9_-]{22}$`,
  }),
  compile: ({ schema, parameters }, keys) => {
    const { epoch } = readParameters(Parameters, parameters);
    const key = keys.derive(`pseudonym/${meaningOf(schema)}/${epoch}`, KEY_BYTES, epoch);
    return (value) => {
      const text = normalText(schema, value);
      return text === undefined ? UNFIT : `p${epoch}.${pseudonymOf(key, text)}`;
    };
  },
};
