import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAtMost } from '../../../src/domain/precision.ts';
import { namedPrecision } from '../../../src/semantic/precisions.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { treatWith } from '../../support/treat-with.ts';

const BIRTH = { type: 'string', 'x-semantic': 'date.birth' };
const ID = { type: 'string', 'x-semantic': 'cn.resident-id' };
const at = (time: string) => ({ query: {}, nowMs: Date.parse(time) });
const adult = treatWith('date.age', BIRTH, { atLeast: 18 });
const band = treatWith('date.age-band', BIRTH, { width: 5, top: 85 });

describe('whether somebody is of age', () => {
  it.each([
    ['2008-11-23', '2026-11-22T23:59:59.999+08:00', false, 'the last moment before the birthday'],
    ['2008-11-23', '2026-11-23T00:00:00+08:00', true, 'the first moment of the birthday'],
    ['2008-11-23', '2026-11-22T16:00:00Z', true, 'the birthday in China, the day before in UTC'],
    ['2008-11-23', '2026-11-22T15:59:59.999Z', false, 'not yet in China either'],
    ['2008-02-29', '2026-02-28T23:59:59+08:00', false, 'born on 29 February, in a year without'],
    ['2008-02-29', '2026-03-01T00:00:00+08:00', true, 'the day after'],
    ['2008-03-01', '2026-02-28T23:59:59+08:00', false, 'born the day after 29 February'],
    ['2008-01-01', '2025-12-31T23:59:59+08:00', false, 'the last moment of the year before'],
    ['20081123', '2026-11-23T00:00:00+08:00', true, 'written without dashes'],
  ])('born %s, on %s: %s (%s)', (birth, time, answer) => {
    expect(adult.out(birth, at(time))).toBe(answer);
  });

  it('is counted from 29 February itself where there is one', () => {
    const four = treatWith('date.age', BIRTH, { atLeast: 4 });
    expect(four.out('2020-02-29', at('2024-02-28T23:59:59+08:00'))).toBe(false);
    expect(four.out('2020-02-29', at('2024-02-29T00:00:00+08:00'))).toBe(true);
  });

  it.each([
    ['2026-11-24', 'a birth that is yet to come'],
    ['1875-11-23', 'an age of 151'],
    ['2023-02-29', 'a day that there is not'],
    ['11010519491231002X', 'a number'],
    [19_491_231, 'no text'],
  ])('%s: %s does not fit', (birth, _why) => {
    expect(adult.out(birth, at('2026-11-23T12:00:00+08:00'))).toBe(UNFIT);
  });

  it('is told up to an age of 150', () => {
    expect(adult.out('1876-11-23', at('2026-11-23T12:00:00+08:00'))).toBe(true);
  });

  it('is told of the day of birth', () => {
    expect(adult.out('2026-11-23', at('2026-11-23T00:00:00+08:00'))).toBe(false);
    expect(band.out('2026-11-23', at('2026-11-23T00:00:00+08:00'))).toBe('0-4');
  });
});

describe('facts of age from a resident id', () => {
  it.each([
    ['11010519491231002X', '2026-12-30T23:59:59+08:00', '75-79'],
    ['11010519491231002X', '2029-12-31T00:00:00+08:00', '80-84'],
    ['110105491231002', '2034-12-31T00:00:00+08:00', '85+'],
  ])('%s on %s is %s', (id, time, expected) => {
    expect(treatWith('date.age-band', ID, { width: 5, top: 85 }).out(id, at(time))).toBe(expected);
  });

  it('are those of the date of birth that it says', () => {
    const day = fc.integer({ min: Date.UTC(1930, 0, 1), max: Date.UTC(2030, 0, 1) });
    const [fromId, fromDate] = [ID, BIRTH].map((schema) => treatWith('date.age', schema, { atLeast: 60 }));
    fc.assert(
      fc.property(day, (nowMs) => {
        const circumstances = { query: {}, nowMs };
        expect(fromId?.out('11010519491231002X', circumstances)).toBe(fromDate?.out('1949-12-31', circumstances));
      }),
    );
  });
});

describe('what facts of age reveal', () => {
  it.each([BIRTH, ID])('is what a ceiling can name, and no more than the date: $x-semantic', (schema) => {
    const yes = treatWith('date.age', schema, { atLeast: 18 }).reveals;
    const years = treatWith('date.age-band', schema, { width: 20, top: 60 }).reveals;
    expect(yes).toEqual(namedPrecision(schema, 'threshold'));
    expect(years).toEqual(namedPrecision(schema, 'age-band'));
    expect(isAtMost(years, namedPrecision(schema, 'birth-date') ?? new Set())).toBe(true);
    expect(isAtMost(years, namedPrecision(schema, 'year') ?? new Set())).toBe(false);
  });

  it('is the same for all births of one band', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1825 }), (days) => {
        // On 23 November 2026, whoever is 25 to 29 was born after 23 November 1996.
        const birth = new Date(Date.UTC(1996, 10, 24) + days * 86_400_000).toISOString().slice(0, 10);
        expect(band.out(birth)).toBe('25-29');
      }),
    );
  });
});
