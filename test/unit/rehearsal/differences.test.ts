import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { type Difference, differences } from '../../../src/rehearsal/differences.ts';
import { safeJson } from '../../support/generate-json.ts';

const exactly = (expected: JsonValue, came: JsonValue): readonly Difference[] =>
  differences(expected, came, { at: '', exact: true });
const atLeast = (expected: JsonValue, came: JsonValue): readonly Difference[] =>
  differences(expected, came, { at: '', exact: false });
const difference = (where: string, expected: string, came: string): Difference => ({ where, expected, came });

describe('what differs', () => {
  it('is told down to the place, with what was expected and what came', () => {
    expect(exactly({ a: { b: [1, { c: 'x' }] } }, { a: { b: [1, { c: 'y' }] } })).toEqual([
      difference('/a/b/1/c', '"x"', '"y"'),
    ]);
    expect(exactly(null, { a: 1 })).toEqual([difference('', 'null', '{"a":1}')]);
    expect(exactly({ 'a/b~': 1 }, { 'a/b~': '1' })).toEqual([difference('/a~1b~0', '1', '"1"')]);
  });

  it('is also a member that lacks, or a longer or shorter list', () => {
    expect(exactly({ a: 1 }, {})).toEqual([difference('/a', '1', 'nothing')]);
    expect(exactly([1], [1, 2])).toEqual([difference('/1', 'nothing', '2')]);
    expect(exactly([1, 2], [1])).toEqual([difference('/1', '2', 'nothing')]);
    expect(atLeast([], [1])).toEqual([difference('/0', 'nothing', '1')]);
    expect(exactly([], {})).toEqual([difference('', '[]', '{}')]);
    expect(exactly({ toString: 1 }, {})).toEqual([difference('/toString', '1', 'nothing')]);
  });

  it('is a member that nobody expected, but where a part is compared', () => {
    expect(exactly({}, { a: 1 })).toEqual([difference('/a', 'nothing', '1')]);
    expect(atLeast({ b: [{}] }, { a: 1, b: [{ c: 2 }] })).toEqual([]);
  });

  it('is nothing exactly where two values are the same', () => {
    const sorted = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(safeJson, safeJson, (one, other) => {
        expect(exactly(one, one)).toEqual([]);
        expect(atLeast(one, one)).toEqual([]);
        let isSame = true;
        try {
          expect(sorted(one)).toStrictEqual(sorted(other));
        } catch {
          isSame = false;
        }
        expect(exactly(one, other).length === 0).toBe(isSame);
      }),
    );
  });
});
