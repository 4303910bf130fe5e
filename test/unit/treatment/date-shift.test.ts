import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/plan/plan-leaf.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { asking } from '../../support/circumstances.ts';
import { oldResidentId, residentId } from '../../support/generate-values.ts';
import { contractOf, object } from '../../support/plan-of.ts';
import { treatWith } from '../../support/treat-with.ts';
import { TREATMENT_KEYS } from '../../support/treatment-keys.ts';

const DATE = { type: 'string', 'x-semantic': 'date' };
const subject = [{ name: 'who', schema: { type: 'string', 'x-semantic': 'cn.resident-id' } }];
const SCOPE = { provider: 'public-security', consumer: 'taxation', purpose: 'p' };
const DAY_MS = 86_400_000;
const dayOf = (value: unknown): number => Date.parse(String(value)) / DAY_MS;
const date = fc
  .integer({ min: Date.UTC(1900, 0, 1) / DAY_MS, max: Date.UTC(2100, 0, 1) / DAY_MS })
  .map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));

const using = (days: number, scope = {}) =>
  treatWith('date.shift', DATE, { days }, { subject, keys: TREATMENT_KEYS.for({ ...SCOPE, ...scope }) });
const moved = (value: string, who: string, days = 30, scope = {}) =>
  dayOf(using(days, scope).out(value, asking({ who }))) - dayOf(value);

describe('a date that is moved', () => {
  it('is moved by as many days at most, and never by none', () => {
    fc.assert(
      fc.property(date, residentId, fc.integer({ min: 7, max: 3650 }), (value, who, days) => {
        const by = moved(value, who, days);
        expect(Math.abs(by)).toBeGreaterThanOrEqual(1);
        expect(Math.abs(by)).toBeLessThanOrEqual(days);
      }),
    );
  });

  it('is as far from the other dates of the subject as before, whichever way the query spells who it is', () => {
    fc.assert(
      fc.property(date, date, residentId, (one, other, who) => {
        expect(moved(one, who.toLowerCase())).toBe(moved(other, who));
      }),
    );
    fc.assert(
      fc.property(date, oldResidentId, (one, who) => {
        expect(moved(one, ` ${who}`.trim())).toBe(moved(one, who));
      }),
    );
  });

  it('is moved by all of the days about equally often', () => {
    const by = fc.sample(residentId, 4000).map((who) => moved('2000-01-01', who, 7));
    for (let day = -7; day <= 7; day += 1) {
      const share = by.filter((one) => one === day).length / by.length;
      expect(share, String(day)).toBeGreaterThanOrEqual(day === 0 ? 0 : 0.04);
      expect(share, String(day)).toBeLessThanOrEqual(day === 0 ? 0 : 0.11);
    }
  });

  it.each([{ provider: 'taxation' }, { consumer: 'hotline' }, { purpose: 'q' }])(
    'is moved otherwise in another scope: %o',
    (scope) => {
      const people = fc.sample(residentId, 200);
      const same = people.filter((who) => moved('2000-01-01', who, 3650, scope) === moved('2000-01-01', who, 3650));
      expect(same.length).toBeLessThan(5);
    },
  );

  it('reveals how far dates are apart, and each part of which one may hold all days that it can be', () => {
    expect([...using(3650).reveals]).toEqual(['presence', 'interval']);
    expect([...using(1826).reveals]).toEqual(['presence', 'interval', 'decade']);
    expect([...using(183).reveals]).toEqual(['presence', 'interval', 'decade']);
    expect([...using(182).reveals]).toEqual(['presence', 'interval', 'decade', 'year']);
    expect([...using(45).reveals]).toEqual(['presence', 'interval', 'decade', 'year', 'quarter']);
    expect([...using(15).reveals]).toEqual(['presence', 'interval', 'decade', 'year', 'quarter', 'month']);
  });

  it('does not fit where nobody is named, where it is none, and where the calendar ends', () => {
    const { out } = using(30);
    expect(out('2000-01-01', asking({}))).toBe(UNFIT);
    expect(out('2000-01-01', asking({ who: '11010519491231002Y' }))).toBe(UNFIT);
    expect(out('2000-02-30', asking({ who: '11010519491231002X' }))).toBe(UNFIT);
    const ends = ['0000-01-01', '9999-12-31'].map((value) => out(value, asking({ who: '11010519491231002X' })));
    expect(ends).toContain(UNFIT);
  });
});

describe('the subject of a field', () => {
  const id = { type: 'string', 'x-classification': 'general-3' };
  const contract = {
    ...contractOf(
      object({
        id,
        day: DATE,
        theirs: { ...DATE, 'x-subject': 'guardian' },
        list: { type: 'array', items: object({ day: DATE }) },
      }),
    ),
    parameters: [{ name: 'who', use: 'filter' as const, required: true, field: '/id' }],
  };

  it('is who the query names, and nobody where the field is about others', () => {
    expect(subjectOf(contract, '/day')).toEqual([{ name: 'who', schema: id }]);
    expect(subjectOf(contract, '/list/*/day')).toEqual([]);
    expect(subjectOf(contract, '/theirs')).toEqual([]);
  });

  it('has to be known, or no date of it is moved', () => {
    const refused = (path: string) =>
      treatWith('date.shift', DATE, { days: 30 }, { subject: subjectOf(contract, path) }).refused;
    expect(refused('/day')).toBeUndefined();
    expect(refused('/list/*/day')).toMatch(/^the field is not about the subject/);
    expect(treatWith('date.shift', DATE, { days: 30 }).refused).toBeDefined();
  });
});
