import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactPrecision, precisionNames } from '../../../src/semantic/precisions.ts';
import { meaningOf, SEMANTIC_TYPES } from '../../../src/semantic/semantic-types.ts';
import { useFor } from '../../../src/treatment/candidates.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { residentId } from '../../support/generate-values.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const schemaOf = (semantic: string) => ({ type: 'string', 'x-semantic': semantic });
const NUMBER = schemaOf('cn.resident-id');
const USES = [
  ['cn.resident-id', { area: 6, tail: 4 }],
  ['cn.resident-id.part', { part: 'birth-date' }],
  ['pseudonym', { epoch: 1 }],
  ['token', { epoch: 1 }],
  ['fpe', { epoch: 1 }],
] as const;

describe.each(['cn.driver-licence', 'cn.social-security-number'])('a %s', (alias) => {
  const schema = schemaOf(alias);

  it('is a resident id to whoever limits, treats, keys or lints it', () => {
    expect(meaningOf(schema)).toBe('cn.resident-id');
    expect(precisionNames(schema)).toEqual(precisionNames(NUMBER));
    expect(exactPrecision(schema)).toEqual(exactPrecision(NUMBER));
  });

  it.each(USES)(
    'comes out of %s as the resident id does, so that the two can be joined no less and no more',
    (id, parameters) => {
      const out = (one: typeof NUMBER, value: string) =>
        TREATMENTS.get(id)?.compile({ schema: one, parameters, matchParameters: [] }, SCOPED_KEYS)(
          value,
          ASKED_NOTHING,
        );
      fc.assert(
        fc.property(residentId, (value) => {
          expect(out(schema, value)).toEqual(out(NUMBER, value));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('has a treatment for each precision that has one of a resident id', () => {
    for (const { precisions } of [SEMANTIC_TYPES['cn.resident-id']])
      for (const parts of Object.values(precisions)) {
        const target = new Set(['presence', ...parts]);
        expect(useFor(target, { schema, matchParameters: [] })).toEqual(
          useFor(target, { schema: NUMBER, matchParameters: [] }),
        );
      }
  });
});

describe('a meaning', () => {
  it('is its own of every other type, and untyped where there is none', () => {
    for (const id of Object.keys(SEMANTIC_TYPES)) {
      if (['cn.driver-licence', 'cn.social-security-number'].includes(id)) continue;
      expect(meaningOf(schemaOf(id))).toBe(id);
    }
    expect(meaningOf({ type: 'string' })).toBe('untyped');
    expect(meaningOf(schemaOf('toString'))).toBe('untyped');
  });
});
