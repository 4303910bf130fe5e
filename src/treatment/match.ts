import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { isSameValue } from '../semantic/same-value.ts';
import { ABSENT, FAIL_OR_DROP, readParameters, type Treatment } from './treatment.ts';

const Parameters = Type.Object({ parameter: Type.String({ minLength: 1 }) }, { additionalProperties: false });

/**
 * Whether the value is the one the caller sent: 核验. The caller learns yes or no about what it already holds, and
 * nothing at all if it sent nothing. A field without a value matches nothing.
 */
export const match: Treatment = {
  id: 'match',
  version: 1,
  titleEn: 'Whether it is the value that was sent',
  titleZh: '核验',
  technique: 'assertion',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['boolean', 'integer', 'number', 'string'] },
  parameters: Parameters,
  answersForMissing: true,
  optional: true,
  onMismatch: FAIL_OR_DROP,
  reveals: () => precision(['match']),
  emits: () => ({ type: 'boolean' }),
  refuses: ({ parameters, matchParameters }) =>
    matchParameters.includes(readParameters(Parameters, parameters).parameter)
      ? undefined
      : 'for this field the contract has no match parameter of that name, or the grant does not allow it',
  compile: ({ schema, parameters }) => {
    const { parameter } = readParameters(Parameters, parameters);
    return (value, { query }) => {
      const asked = query[parameter];
      return asked === undefined ? ABSENT : isSameValue(schema, value ?? null, asked);
    };
  },
};
