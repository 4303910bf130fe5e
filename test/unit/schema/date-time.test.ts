import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDateTime } from '../../../src/schema/date-time.ts';

describe('a date-time', () => {
  it.each([
    '2026-11-22T20:52:54Z',
    '2026-11-22t20:52:54.123456789012345z',
    '2024-02-29T00:00:00+08:00',
    '0001-01-01T00:00:00-23:59',
    '1990-12-31T23:59:60Z',
    '1990-12-31T15:59:60-08:00',
    '2017-01-01T07:59:60+08:00',
  ])('is %s', (text) => {
    expect(isDateTime(text)).toBe(true);
  });

  it.each([
    '2026-11-22',
    '2026-11-22 20:52:54Z',
    '2026-11-22T20:52:54',
    '2026-11-22T20:52:54+08',
    '2026-11-22T20:52:54+24:00',
    '2026-11-22T20:52:54+08:60',
    '2026-11-22T24:00:00Z',
    '2026-11-22T20:60:00Z',
    '2026-11-22T20:52:60Z',
    '2026-11-22T20:52:61Z',
    '1990-12-31T23:59:60+01:00',
    '2026-02-29T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-11-22T20:52:54.Z',
    '２０２６-11-22T20:52:54Z',
    '',
  ])('is not %s', (text) => {
    expect(isDateTime(text)).toBe(false);
  });

  it('is every instant as ECMAScript writes it', () => {
    const instants = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(instants, (instant) => isDateTime(instant.toISOString())));
  });
});
