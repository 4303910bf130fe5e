import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRetention } from '../../../src/policy/load-retention.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const DUTY = { instrument: 'L', article: '1', duty: 'd' };

function load(keep: object, ...atLeast: readonly object[]): ReturnType<typeof loadRetention> {
  const file = join(scratchFolder(), 'retention.json');
  const statutory = atLeast.map((period) => ({ ...DUTY, atLeast: period }));
  writeFileSync(file, JSON.stringify({ id: 'kept', keep, statutory }));
  return loadRetention(file);
}

const isOver = (keep: object, then: string, now: string): boolean =>
  load(keep, { months: 1 }).isOver(Date.parse(then), Date.parse(now));

describe('a retention policy', () => {
  it('of ours keeps entries for the three years that PIPL art. 56 asks for', () => {
    const { isOver: over, id, digest } = loadRetention('policies/retention.json');
    expect([id, digest]).toEqual(['three-years', expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const then = Date.parse('2023-11-28T12:00:00Z');
    expect(over(then, Date.parse('2026-11-28T11:59:59.999Z'))).toBe(false);
    expect(over(then, Date.parse('2026-11-28T12:00:00Z'))).toBe(true);
  });

  it('counts by the calendar, and never to an earlier day than it says', () => {
    expect(isOver({ years: 1 }, '2024-02-29T00:00:00Z', '2025-02-28T23:59:59Z')).toBe(false);
    expect(isOver({ years: 1 }, '2024-02-29T00:00:00Z', '2025-03-01T00:00:00Z')).toBe(true);
    expect(isOver({ months: 1 }, '2026-01-31T00:00:00Z', '2026-03-02T23:00:00Z')).toBe(false);
    expect(isOver({ years: 1, months: 6 }, '2025-01-01T00:00:00Z', '2026-07-01T00:00:00Z')).toBe(true);
  });

  it('is refused if it is shorter than any duty it cites, cites none, or keeps nothing', () => {
    expect(() => load({ months: 35 }, { months: 6 }, { years: 3 })).toThrow(/shorter time than L 1 asks for/);
    expect(() => load({ years: 3 }, { years: 2, months: 13 })).toThrow(/shorter/);
    expect(() => load({ months: 36 }, { years: 3 })).not.toThrow();
    for (const [keep, ...duties] of [
      [{ years: 3 }],
      [{}, { years: 0 }],
      [{ years: 0 }, { months: 0 }],
      [{ days: 1 }, {}],
    ])
      expect(() => load(keep ?? {}, ...duties)).toThrow();
  });
});
