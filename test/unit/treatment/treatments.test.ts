import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonSchema } from '../../../src/domain/json.ts';
import { compileCheck, fileCheck } from '../../../src/schema/checker.ts';
import { ADDRESS_LEVELS } from '../../../src/semantic/address.ts';
import { ENDS_OF_DOCUMENTS } from '../../../src/treatment/ends-of-document.ts';
import { ABSENT, UNFIT } from '../../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { ASKED_NOTHING, asking } from '../../support/circumstances.ts';
import { anyText, safeJson, safeNumber } from '../../support/generate-json.ts';
import { mobile, oldResidentId, personName, residentId, sampled } from '../../support/generate-values.ts';
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
  ...Object.fromEntries(
    ENDS_OF_DOCUMENTS.map(({ id }) => [
      id,
      {
        good: [true, false].flatMap((head) => [true, false].map((tail) => ({ head, tail }))),
        bad: [{}, { head: 6, tail: 4 }, { head: true }, { head: true, tail: true, x: 1 }],
        schemas: [{ type: 'string', 'x-semantic': id }],
      },
    ]),
  ),
  fpe: {
    good: [{ epoch: 1 }],
    bad: [{}, { epoch: 0 }],
    schemas: [
      { type: 'string', 'x-semantic': 'cn.resident-id' },
      { type: 'string', 'x-semantic': 'cn.mobile' },
    ],
  },
  'cn.uscc': {
    good: [{ keep: 'area' }, { keep: 'organisation' }],
    bad: [{}, { keep: 'check' }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.uscc' }],
  },
  nullify: { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string' }, { type: 'number' }] },
  const: {
    good: [
      { value: '已屏蔽', hidePresence: true },
      { value: 0, hidePresence: false },
    ],
    bad: [{}, { value: null, hidePresence: true }, { value: 'x' }],
    schemas: [{ type: 'string' }, { type: 'number' }],
  },
  'keep-ends': {
    good: [
      { head: 1, tail: 1, minMasked: 2 },
      { head: 0, tail: 0, minMasked: 1 },
    ],
    bad: [
      {},
      { head: 1, tail: 1, minMasked: 0 },
      { head: -1, tail: 0, minMasked: 1 },
      { head: 1.5, tail: 0, minMasked: 1 },
    ],
    schemas: [{ type: 'string' }],
  },
  'cn.resident-id.part': {
    good: ['birth-date', 'month', 'year', 'sex', 'area2', 'area4', 'area6'].map((part) => ({ part })),
    bad: [{}, { part: 'last4' }, { part: 'sex', x: 1 }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.resident-id' }],
  },
  'cn.area-code': {
    good: [{ level: 'province' }, { level: 'prefecture' }],
    bad: [{}, { level: 'county' }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.area-code' }],
  },
  'cn.address': {
    good: ADDRESS_LEVELS.map((level) => ({ level })),
    bad: [{}, { level: 'street' }, { level: 'county', x: 1 }],
    schemas: [{ type: 'string', 'x-semantic': 'cn.address' }],
  },
  // Whether the level is one of the classification of the field is not said by the parameters alone.
  'code.level': {
    good: [{ level: 'block' }],
    bad: [{}, { level: 'country' }, { level: 'toString' }],
    schemas: [{ type: 'string', 'x-semantic': 'icd-10' }],
  },
  'mask-range': {
    good: ['inside', 'outside'].map((hide) => ({ from: 1, to: 3, hide, minMasked: 1 })),
    bad: [{}, { from: 0, to: 0, hide: 'inside', minMasked: 1 }, { from: 0, to: 1, hide: 'both', minMasked: 1 }],
    schemas: [{ type: 'string' }],
  },
  ...Object.fromEntries(
    ['mask-before', 'mask-after'].map((id) => [
      id,
      { good: [{ separator: '-' }], bad: [{}, { separator: '' }], schemas: [{ type: 'string' }] },
    ]),
  ),
  'date.truncate': {
    good: ['decade', 'year', 'quarter', 'month'].map((to) => ({ to })),
    bad: [{}, { to: 'day' }],
    schemas: ['date', 'date.birth'].map((semantic) => ({ type: 'string', 'x-semantic': semantic })),
  },
  'age.band': {
    good: [
      { width: 5, top: 85 },
      { width: 20, top: 90 },
    ],
    bad: [{}, { width: 7, top: 85 }, { width: 5, top: 10 }],
    schemas: [{ type: 'integer', 'x-semantic': 'age' }],
  },
  'date.age': {
    good: [{ atLeast: 1 }, { atLeast: 18 }],
    bad: [{}, { atLeast: 0 }, { atLeast: 18.5 }, { atLeast: 18, x: 1 }],
    schemas: ['date.birth', 'cn.resident-id'].map((semantic) => ({ type: 'string', 'x-semantic': semantic })),
  },
  'date.age-band': {
    good: [{ width: 10, top: 80 }],
    bad: [{}, { width: 1, top: 80 }, { width: 10, top: 121 }],
    schemas: ['date.birth', 'cn.resident-id'].map((semantic) => ({ type: 'string', 'x-semantic': semantic })),
  },
  'date.shift': {
    good: [{ days: 7 }, { days: 365 }],
    bad: [{}, { days: 6 }, { days: 7.5 }, { days: 3651 }],
    schemas: [{ type: 'string', 'x-semantic': 'date' }],
  },
  'ip.network': {
    good: [
      { v4: 8, v6: 16 },
      { v4: 24, v6: 48 },
    ],
    bad: [{}, { v4: 32, v6: 48 }, { v4: 24, v6: 64 }, { v4: 7, v6: 16 }],
    schemas: [{ type: 'string', 'x-semantic': 'ip' }],
  },
  'mac.vendor': { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string', 'x-semantic': 'mac' }] },
  'gps.grid': {
    good: [{ metres: 100 }, { metres: 1000 }],
    bad: [{}, { metres: 99 }, { metres: 100.5 }],
    schemas: [
      { type: 'string', 'x-semantic': 'gps' },
      { type: 'number', 'x-semantic': 'gps.latitude' },
      { type: 'number', 'x-semantic': 'gps.longitude' },
    ],
  },
  'url.origin': { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string', 'x-semantic': 'url' }] },
  'file.size': { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string', 'x-semantic': 'file.base64' }] },
  'file.digest': { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string', 'x-semantic': 'file.base64' }] },
  'text.scan': { good: [{}], bad: [{ x: 1 }], schemas: [{ type: 'string' }] },
  'number.round': {
    good: [{ step: 2 }, { step: 1000 }],
    bad: [{}, { step: 0 }, { step: 0.5 }],
    schemas: [{ type: 'number' }, { type: 'integer' }],
  },
  'number.bucket': {
    good: [{ edges: [0] }, { edges: [-10, 0, 1000] }],
    bad: [{}, { edges: [] }, { edges: ['1'] }],
    schemas: [{ type: 'number' }, { type: 'integer' }],
  },
  'number.top': { good: [{ cap: 10 }], bad: [{}, { cap: 'x' }], schemas: [{ type: 'number' }, { type: 'integer' }] },
  pseudonym: {
    good: [{ epoch: 1 }, { epoch: 12 }],
    bad: [{}, { epoch: 0 }, { epoch: 1.5 }],
    schemas: [{ type: 'string' }, { type: 'integer' }, { type: 'string', 'x-semantic': 'cn.resident-id' }],
  },
  token: {
    good: [{ epoch: 1 }],
    bad: [{}, { epoch: 0 }],
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
const value = fc.oneof(anyText, safeNumber, fc.boolean(), residentId, oldResidentId, mobile, personName, sampled);
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
    const check = fileCheck(parameters);
    for (const good of usesOf(id).good) expect(check.faults(good)).toEqual([]);
    for (const bad of usesOf(id).bad) expect(check.faults(bad)).not.toEqual([]);
  });

  it.each(all)('does not compile with parameters that were not checked: $id', (treatment) => {
    const [schema = {}] = usesOf(treatment.id).schemas;
    if (JSON.stringify(treatment.parameters).includes('"properties":{}')) return; // it has none to misread
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
              const output = treat(input, asking({ asked }));
              if (output !== UNFIT && output !== ABSENT) expect(check(output)).toEqual([]);
            }),
            { numRuns: 200 },
          );
        }
      }
    },
  );

  it.each(all.filter(({ id }) => /^cn[.]|^code[.]|^bank-card$|^email$|^keep-ends$|^mask-|^date[.]|^token$/.test(id)))(
    'that masks never throws for what is no text: $id',
    (treatment) => {
      const [parameters = {}] = usesOf(treatment.id).good;
      const treat = treatment.compile({ schema: {}, parameters, matchParameters: [] }, SCOPED_KEYS);
      fc.assert(
        fc.property(safeJson, (input) => {
          if (typeof input !== 'string') expect(treat(input, ASKED_NOTHING)).toBe(UNFIT);
        }),
      );
      expect(treat(undefined, ASKED_NOTHING)).toBe(UNFIT);
    },
  );
});
