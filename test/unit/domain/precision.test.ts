import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAtMost,
  isSamePrecision,
  join,
  meet,
  NOTHING,
  type Precision,
  precision,
} from '../../../src/domain/precision.ts';

const any: fc.Arbitrary<Precision> = fc
  .array(fc.constantFrom('area6', 'birth-year', 'birth-month', 'sex', 'sequence', 'check'))
  .map(precision);
const same = (one: Precision, other: Precision): void => expect(isSamePrecision(one, other)).toBe(true);

describe('precisions are a lattice', () => {
  it('a meet is at most either, and everything that is at most both is at most the meet', () => {
    fc.assert(
      fc.property(any, any, any, (one, other, third) => {
        expect(isAtMost(meet(one, other), one) && isAtMost(meet(one, other), other)).toBe(true);
        if (isAtMost(third, one) && isAtMost(third, other)) expect(isAtMost(third, meet(one, other))).toBe(true);
      }),
    );
  });

  it('a join is at least either, and at most everything that is at least both', () => {
    fc.assert(
      fc.property(any, any, any, (one, other, third) => {
        expect(isAtMost(one, join(one, other)) && isAtMost(other, join(one, other))).toBe(true);
        if (isAtMost(one, third) && isAtMost(other, third)) expect(isAtMost(join(one, other), third)).toBe(true);
      }),
    );
  });

  it('the order in which limits are met makes no difference', () => {
    fc.assert(
      fc.property(any, any, any, (one, other, third) => {
        same(meet(meet(one, other), third), meet(one, meet(other, third)));
        same(meet(one, other), meet(other, one));
        same(meet(one, one), one);
      }),
    );
  });

  it('nothing is at most everything, and what is met with nothing is nothing', () => {
    fc.assert(
      fc.property(any, (one) => {
        expect(isAtMost(NOTHING, one)).toBe(true);
        same(meet(one, NOTHING), NOTHING);
        same(join(one, NOTHING), one);
      }),
    );
  });

  it('two precisions of which neither holds the other are neither more nor less', () => {
    const [head, tail] = [precision(['area6']), precision(['sequence', 'check'])];
    expect(isAtMost(head, tail) || isAtMost(tail, head)).toBe(false);
    same(meet(head, tail), NOTHING);
  });
});
