import { describe, expect, it } from 'vitest';
import { isAtMost, isSamePrecision, join, NOTHING, precision } from '../../../src/domain/precision.ts';
import { exactPrecision, namedPrecision, precisionLabel, precisionNames } from '../../../src/semantic/precisions.ts';
import { SEMANTIC_TYPES } from '../../../src/semantic/semantic-types.ts';

const typed = Object.entries(SEMANTIC_TYPES).map(([id, { json }]) => ({ type: json, 'x-semantic': id }));
const untyped = ['string', 'integer', 'number', 'boolean'].map((type) => ({ type }));
const every = [...typed, ...untyped];
const chance = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
};

describe('the precisions of a field', () => {
  it.each(every)('are all at least nothing and at most exact: $x-semantic $type', (schema) => {
    for (const name of precisionNames(schema)) {
      const named = namedPrecision(schema, name);
      expect(named).toBeDefined();
      expect(isAtMost(named ?? precision(['?']), exactPrecision(schema))).toBe(true);
    }
  });

  it.each(every)('have each a label that is its name: $x-semantic $type', (schema) => {
    for (const name of precisionNames(schema)) {
      const named = namedPrecision(schema, name) ?? NOTHING;
      const label = precisionLabel(schema, named);
      expect(isSamePrecision(namedPrecision(schema, label) ?? precision(['?']), named)).toBe(true);
    }
  });

  it.each(every)('tell, all but nothing and match, that there is a value: $x-semantic $type', (schema) => {
    for (const name of precisionNames(schema)) {
      const told = namedPrecision(schema, name)?.has('presence') === true;
      expect(told, name).toBe(name !== 'none' && name !== 'match');
    }
  });

  it.each(every)('do not together make the value, which only exact is: $x-semantic $type', (schema) => {
    const together = precisionNames(schema)
      .filter((name) => name !== 'exact')
      .reduce((all, name) => join(all, namedPrecision(schema, name) ?? NOTHING), NOTHING);
    expect(isSamePrecision(together, exactPrecision(schema))).toBe(false);
  });

  it('are called by what they are made of where they have no name of their own', () => {
    const schema = { type: 'string', 'x-semantic': 'cn.resident-id' };
    const parts = join(namedPrecision(schema, 'area4') ?? NOTHING, namedPrecision(schema, 'last4') ?? NOTHING);
    expect(precisionLabel(schema, parts)).toBe('area4+last4');
  });

  it('have no name that every object inherits', () => {
    for (const schema of every) expect(namedPrecision(schema, 'toString')).toBeUndefined();
  });
});

describe('a semantic type', () => {
  it.each(Object.entries(SEMANTIC_TYPES))('makes up values that are of it: %s', (_, type) => {
    const dice = chance(7);
    for (let run = 0; run < 200; run += 1) {
      if (type.json === 'string') {
        const value = type.sample(dice);
        expect(type.normalise(value)).toBeDefined();
      } else {
        const value = type.sample(dice);
        expect(type.json === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)).toBe(true);
      }
    }
  });
});
