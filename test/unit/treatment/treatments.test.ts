import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonSchema } from '../../../src/domain/json.ts';
import { compileCheck, compileFileCheck } from '../../../src/schema/checker.ts';
import { ABSENT, UNFIT } from '../../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { anyText, safeJson, safeNumber } from '../../support/generate-json.ts';
import { mobile, oldResidentId, personName, residentId } from '../../support/generate-values.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

/** Parameters that each treatment takes and some that it does not, and a field that it fits. */
const USES: Readonly<
  Record<string, { good: readonly JsonObject[]; bad: readonly JsonObject[]; schemas: readonly JsonSchema[] }>
> = {
  keep: { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  exists: { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  match: {
    good: [{ parameter: 'asked' }],
    bad: [{}, { parameter: '' }, { parameter: 1 }, { parameter: 'asked', x: 1 }],
    schemas: [{ type: 'string' }, { type: 'number' }, { type: 'string', 'x-semantic': 'cn.name' }],
  },
  threshold: {
    good: ['>', '>=', '<', '<='].map((operator) => ({ operator, limit: 10.5 })),
    bad: [{}, { operator: '=', limit: 1 }, { operator: '>', limit: '1' }, { operator: '>' }],
    schemas: [{ type: 'number' }],
  },
  'cn.resident-id': {
    good: [0, 2, 4, 6].flatMap((area) => [0, 4].map((tail) => ({ area, tail }))),
    bad: [{}, { area: 6 }, { area: 8, tail: 4 }, { area: 6, tail: 5 }, { area: '6', tail: 4 }, { area: -1, tail: 0 }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.resident-id' }],
  },
  'cn.name': {
    good: [{}, { compoundSurname: 'keep' }, { compoundSurname: 'first' }],
    bad: [{ compoundSurname: 'hide' }, { x: 1 }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.name' }],
  },
  'cn.mobile': {
    good: [0, 3].flatMap((head) => [0, 4].map((tail) => ({ head, tail }))),
    bad: [{}, { head: 4, tail: 4 }, { head: 3 }, { head: 3, tail: 4, x: 1 }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.mobile' }],
  },
};
const value = fc.oneof(anyText, safeNumber, fc.boolean(), residentId, oldResidentId, mobile, personName);
const all = [...TREATMENTS.values()];
const usesOf = (id: string) => USES[id] ?? { good: [], bad: [], schemas: [] };

describe('every treatment', () => {
  it('is tried here', () => {
    expect([...TREATMENTS.keys()].sort()).toEqual(Object.keys(USES).sort());
  });

  it.each(all)('is found by its id, has a version and a name: $id', ({ id, version, titleZh }) => {
    expect(TREATMENTS.get(id)?.id).toBe(id);
    expect(Number.isInteger(version) && version > 0).toBe(true);
    expect(titleZh).toMatch(/\p{Script=Han}/u);
  });

  it.each(all)('takes its own parameters and no others: $id', ({ id, parameters }) => {
    const check = compileFileCheck(parameters);
    for (const good of usesOf(id).good) expect(check.faults(good)).toEqual([]);
    for (const bad of usesOf(id).bad) expect(check.faults(bad)).not.toEqual([]);
  });

  it.each(all)('does not compile with parameters that were not checked: $id', (treatment) => {
    const [schema = {}] = usesOf(treatment.id).schemas;
    if (treatment.id === 'keep' || treatment.id === 'exists') return; // they have none to misread
    for (const parameters of usesOf(treatment.id).bad) {
      expect(() => treatment.compile({ schema, parameters, matchParameters: [] }, SCOPED_KEYS)).toThrow(
        new TypeError('treatment compiled with unchecked parameters'),
      );
    }
  });

  it.each(all)(
    'gives what its schema promises, or says that the value does not fit, and never throws: $id',
    (treatment) => {
      for (const schema of usesOf(treatment.id).schemas) {
        for (const parameters of usesOf(treatment.id).good) {
          const site = { schema, parameters, matchParameters: ['asked'] };
          const check = compileCheck(treatment.emits(site));
          const checkInput = compileCheck(schema);
          const treat = treatment.compile(site, SCOPED_KEYS);
          fc.assert(
            fc.property(value, fc.oneof(value, safeJson), (input, asked) => {
              if (checkInput(input).length > 0) return; // the record was checked before
              const output = treat(input, { asked });
              if (output !== UNFIT && output !== ABSENT) expect(check(output)).toEqual([]);
            }),
            { numRuns: 200 },
          );
        }
      }
    },
  );

  it.each(all.filter(({ id }) => id.startsWith('cn.')))(
    'that masks never throws for what is no text: $id',
    (treatment) => {
      const [parameters = {}] = usesOf(treatment.id).good;
      const treat = treatment.compile({ schema: {}, parameters, matchParameters: [] }, SCOPED_KEYS);
      fc.assert(
        fc.property(safeJson, (input) => {
          if (typeof input !== 'string') expect(treat(input, {})).toBe(UNFIT);
        }),
      );
      expect(treat(undefined, {})).toBe(UNFIT);
    },
  );
});
