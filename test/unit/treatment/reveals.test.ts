import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonSchema, JsonValue } from '../../../src/domain/json.ts';
import { isAtMost } from '../../../src/domain/precision.ts';
import { createTreatmentKeys } from '../../../src/keys/treatment-keys.ts';
import { exactPrecision } from '../../../src/semantic/precisions.ts';
import { residentIdCheckDigit } from '../../../src/semantic/resident-id.ts';
import { ABSENT, type Treated, UNFIT } from '../../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { mobile, residentId } from '../../support/generate-values.ts';
import { SCOPED_KEYS, TREATMENT_KEYS } from '../../support/treatment-keys.ts';

function treat(id: string, schema: JsonSchema, parameters: JsonObject, keys = SCOPED_KEYS) {
  const treatment = TREATMENTS.get(id);
  if (treatment === undefined) throw new Error(`there is no treatment ${id}`);
  const site = { schema, parameters, matchParameters: [] };
  const treatOne = treatment.compile(site, keys);
  return {
    reveals: treatment.reveals(site),
    out: (value: JsonValue | undefined): Treated => treatOne(value, ASKED_NOTHING),
  };
}

const ID = { type: 'string', 'x-semantic': 'cn.resident-id' };

/** Takes each part of one number that is told and everything else of another. */
function mixed(told: ReadonlySet<string>, one: string, other: string): string | undefined {
  const pick = (part: string, from: number, to: number): string => (told.has(part) ? one : other).slice(from, to);
  const area = pick('area2', 0, 2) + pick('area4', 2, 4) + pick('area6', 4, 6);
  const decade =
    told.has('birth-decade') && !told.has('birth-year') ? one.slice(6, 9) + other[9] : pick('birth-year', 6, 10);
  const day = pick('birth-month', 10, 12) + pick('birth-day', 12, 14);
  let sequence = pick('sequence', 14, 17);
  if (told.has('sex') && !told.has('sequence')) {
    const parity = Number(one[16]) % 2;
    const last = Number(sequence[2]);
    sequence = sequence.slice(0, 2) + String(last - (last % 2) + parity);
  }
  const body = area + decade + day + sequence;
  const check = residentIdCheckDigit(body);
  // Where the check digit is told too, only a number that happens to have it agrees in all that is told.
  return told.has('check') && check !== one[17] ? undefined : body + check;
}

describe('what a treatment says it reveals is all that its output depends on', () => {
  const uses: readonly (readonly [string, JsonObject])[] = [
    ...['birth-date', 'month', 'year', 'sex', 'area2', 'area4', 'area6'].map(
      (part) => ['cn.resident-id.part', { part }] as const,
    ),
    ...[0, 2, 4, 6].flatMap((area) => [0, 4].map((tail) => ['cn.resident-id', { area, tail }] as const)),
  ];

  it.each(uses)('of a resident id: %s %o', (id, parameters) => {
    const { reveals, out } = treat(id, ID, parameters);
    let compared = 0;
    fc.assert(
      fc.property(residentId, residentId, (one, other) => {
        const alike = mixed(reveals, one, other);
        if (alike === undefined || out(alike) === UNFIT) return;
        compared += 1;
        expect(out(alike)).toBe(out(one));
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  it.each([
    [{ head: 3, tail: 4 }, (one: string, other: string) => one.slice(0, 3) + other.slice(3, 7) + one.slice(7)],
    [{ head: 3, tail: 0 }, (one: string, other: string) => one.slice(0, 3) + other.slice(3)],
    [{ head: 0, tail: 4 }, (one: string, other: string) => other.slice(0, 7) + one.slice(7)],
  ] as const)('of a mobile number: %o', (parameters, mix) => {
    const { out } = treat('cn.mobile', { type: 'string', 'x-semantic': 'cn.mobile' }, parameters);
    fc.assert(
      fc.property(mobile, mobile, (one, other) => {
        expect(out(mix(one, other))).toBe(out(one));
      }),
    );
  });

  it.each(['decade', 'year', 'quarter', 'month'])('of a date: %s', (to) => {
    const { out } = treat('date.truncate', { type: 'string', 'x-semantic': 'date' }, { to });
    const two = (number: number): string => String(number).padStart(2, '0');
    const date = fc.record({
      y: fc.integer({ min: 1900, max: 2099 }),
      m: fc.integer({ min: 1, max: 12 }),
      d: fc.integer({ min: 1, max: 28 }),
    });
    fc.assert(
      fc.property(date, date, (one, other) => {
        const year = to === 'decade' ? one.y - (one.y % 10) + (other.y % 10) : one.y;
        const inQuarter = one.m - ((one.m - 1) % 3) + ((other.m - 1) % 3);
        const month = to === 'month' ? one.m : to === 'quarter' ? inQuarter : other.m;
        expect(out(`${year}-${two(month)}-${two(other.d)}`)).toBe(out(`${one.y}${two(one.m)}${two(one.d)}`));
      }),
    );
  });

  it('and only what reveals the exact value gives it', () => {
    fc.assert(
      fc.property(residentId, (value) => {
        for (const [id, parameters] of uses) {
          const { reveals, out } = treat(id, ID, parameters);
          expect(isAtMost(exactPrecision(ID), reveals)).toBe(false);
          expect(out(value)).not.toBe(value);
        }
      }),
    );
  });
});

describe.each(['pseudonym', 'token'])('a %s', (id) => {
  const parameters = { epoch: 1 };
  const of = (scope: Partial<Parameters<typeof TREATMENT_KEYS.for>[0]>, keys = TREATMENT_KEYS) =>
    treat(id, ID, parameters, keys.for({ provider: 'public-security', consumer: 'taxation', purpose: 'p', ...scope }))
      .out;

  it('is the same within a scope, for every spelling, and after a restart', () => {
    const restarted = createTreatmentKeys(new Uint8Array(32).fill(7));
    fc.assert(
      fc.property(residentId, (value) => {
        expect(of({})(value)).toBe(of({}, restarted)(value.toLowerCase()));
      }),
      { numRuns: 30 },
    );
  });

  it.each([{ provider: 'taxation' }, { consumer: 'hotline' }, { purpose: 'q' }])(
    'says nothing of that of another scope: %o',
    (scope) => {
      fc.assert(
        fc.property(residentId, (value) => {
          expect(of(scope)(value)).not.toBe(of({})(value));
        }),
        { numRuns: 30 },
      );
    },
  );

  it('is another one in another epoch, and shows which', () => {
    const [first = '', second = ''] = [1, 2].map((epoch) => {
      const out = treat(id, ID, { epoch }).out('11010519491231002X');
      return typeof out === 'string' ? out : '';
    });
    expect(first).toMatch(/^[pt]1[.]/);
    expect(second).toMatch(/^[pt]2[.]/);
    expect(first.slice(3)).not.toBe(second.slice(3));
  });

  it('is not made of what is no resident id', () => {
    expect(of({})('11010519491231002Y')).toBe(UNFIT);
  });
});

describe('a pseudonym', () => {
  it('of one meaning is not that of another for the same text', () => {
    const asId = treat('pseudonym', ID, { epoch: 1 }).out('11010519491231002X');
    const asText = treat('pseudonym', { type: 'string' }, { epoch: 1 }).out('11010519491231002X');
    expect(asId).not.toBe(asText);
  });
});

describe('examples of the field', () => {
  it.each<[string, JsonSchema, JsonObject, JsonValue, Treated]>([
    ['keep-ends', { type: 'string' }, { head: 1, tail: 1, minMasked: 4 }, 'abcdef', 'a****f'],
    ['keep-ends', { type: 'string' }, { head: 1, tail: 1, minMasked: 4 }, 'abcde', '****'],
    ['keep-ends', { type: 'string' }, { head: 1, tail: 0, minMasked: 1 }, '𠮷野家', '𠮷**'],
    ['date.truncate', { type: 'string', 'x-semantic': 'date' }, { to: 'quarter' }, '1949-12-31', '1949-Q4'],
    ['date.truncate', { type: 'string', 'x-semantic': 'date' }, { to: 'decade' }, '19491231', '1940s'],
    ['date.truncate', { type: 'string', 'x-semantic': 'date' }, { to: 'year' }, '2023-02-29', UNFIT],
    ['date.truncate', { type: 'string', 'x-semantic': 'date' }, { to: 'year' }, '2023-0228', UNFIT],
    ['age.band', { type: 'integer', 'x-semantic': 'age' }, { width: 5, top: 85 }, 27, '25-29'],
    ['age.band', { type: 'integer', 'x-semantic': 'age' }, { width: 5, top: 85 }, 93, '85+'],
    ['age.band', { type: 'integer', 'x-semantic': 'age' }, { width: 20, top: 85 }, 81, '80-84'],
    ['number.round', { type: 'number' }, { step: 1000 }, 12_850.55, 13_000],
    ['number.round', { type: 'number' }, { step: 1000 }, -0.1, 0],
    ['number.round', { type: 'number' }, { step: 1000 }, 1e300, UNFIT],
    ['number.bucket', { type: 'number' }, { edges: [10_000, 20_000] }, 12_850, '10000-20000'],
    ['number.bucket', { type: 'number' }, { edges: [10_000, 20_000] }, 20_000, '20000+'],
    ['number.bucket', { type: 'number' }, { edges: [10_000, 20_000] }, 1, '<10000'],
    ['number.top', { type: 'integer' }, { cap: 20_000 }, 45_489, 20_000],
    ['cn.area-code', { type: 'string', 'x-semantic': 'cn.area-code' }, { level: 'province' }, '430722', '430000'],
    ['cn.area-code', { type: 'string', 'x-semantic': 'cn.area-code' }, { level: 'prefecture' }, '430722', '430700'],
    ['cn.resident-id.part', ID, { part: 'birth-date' }, '11010519491231002X', '1949-12-31'],
    ['cn.resident-id.part', ID, { part: 'sex' }, '11010519491231002X', '女'],
    ['cn.resident-id.part', ID, { part: 'area6' }, '11010519491231002X', '110105'],
    ['cn.resident-id.part', ID, { part: 'year' }, '110105491231002', '1949'],
    ['nullify', { type: 'string' }, {}, 'x', null],
    ['const', { type: 'string' }, { value: '已屏蔽', hidePresence: true }, null, '已屏蔽'],
    ['const', { type: 'string' }, { value: '已屏蔽', hidePresence: false }, null, null],
  ])('%s of %o with %o: %s → %s', (id, schema, parameters, value, expected) => {
    const { out } = treat(id, schema, parameters);
    expect(out(value)).toBe(expected);
    expect(out(value)).not.toBe(ABSENT);
  });
});
