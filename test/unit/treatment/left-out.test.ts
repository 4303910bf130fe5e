import { describe, expect, it } from 'vitest';
import { COVERED, LEFT_OUT } from '../../../src/treatment/left-out.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';

const last = { A: 7, B: 3, C: 14, D: 3, E: 5, F: 1, G: 6, H: 2 };
const ROWS = Object.entries(last).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

describe('the catalogue of masking', () => {
  it.each(ROWS)('has in row %s what is covered here or left out with a reason', (row) => {
    const found = [...COVERED, ...LEFT_OUT].filter((one) => one.row === row);
    expect(found.length).toBeGreaterThan(0);
  });

  it('has no other row, and nothing twice', () => {
    const all = [...COVERED, ...LEFT_OUT];
    expect(all.map(({ row }) => row).filter((row) => !ROWS.includes(row))).toEqual([]);
    expect(new Set(all.map(({ row, id }) => `${row} ${id}`)).size).toBe(all.length);
  });

  it.each(COVERED)('names treatments that there are: $row $id', ({ by }) => {
    expect(by.filter((id) => !TREATMENTS.has(id))).toEqual([]);
    expect(by.length).toBeGreaterThan(0);
  });

  it('has a row for every treatment', () => {
    const named = new Set(COVERED.flatMap(({ by }) => by));
    expect([...TREATMENTS.keys()].filter((id) => !named.has(id))).toEqual([]);
  });

  it.each(LEFT_OUT)('says why in a sentence: $row $id', ({ why }) => {
    expect(why).toMatch(/^[A-Z].{20,}[.]$/);
  });
});
