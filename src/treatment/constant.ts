import { Type } from '@sinclair/typebox';
import { NOTHING, precision } from '../domain/precision.ts';
import { FAIL_OR_DROP, readParameters, type Treatment } from './treatment.ts';

const Parameters = Type.Object(
  {
    value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
    // That there is a value is information too: with it, a missing one comes out the same.
    hidePresence: Type.Boolean(),
  },
  { additionalProperties: false },
);

/** The same words for every value: 已屏蔽. With `hidePresence` also for none. */
export const constant: Treatment = {
  id: 'const',
  version: 1,
  titleEn: 'A fixed value instead',
  titleZh: '常量替换',
  technique: 'suppression',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Parameters,
  onMismatch: FAIL_OR_DROP,
  answersForMissing: true,
  optional: false,
  reveals: ({ parameters }) =>
    readParameters(Parameters, parameters).hidePresence ? NOTHING : precision(['presence']),
  emits: ({ parameters }) => {
    const { value, hidePresence } = readParameters(Parameters, parameters);
    return hidePresence ? { const: value, type: typeof value } : { enum: [value, null], type: [typeof value, 'null'] };
  },
  compile: ({ parameters }) => {
    const { value: fixed, hidePresence } = readParameters(Parameters, parameters);
    return (value) => (hidePresence || (value !== undefined && value !== null) ? fixed : null);
  },
};
