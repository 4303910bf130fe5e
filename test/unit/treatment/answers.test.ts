import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exists } from '../../../src/treatment/exists.ts';
import { keep } from '../../../src/treatment/keep.ts';
import { match } from '../../../src/treatment/match.ts';
import { threshold } from '../../../src/treatment/threshold.ts';
import { ABSENT, UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING, asking } from '../../support/circumstances.ts';
import { anyText, safeJson, safeNumber } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const site = (schema: { readonly [keyword: string]: string }, parameters = {}) => ({
  schema,
  parameters,
  matchParameters: ['name'],
});

describe('keep', () => {
  const treat = keep.compile(site({ type: 'string' }), SCOPED_KEYS);

  it('gives the value itself', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, safeNumber, fc.boolean()), (value) => {
        expect(treat(value, ASKED_NOTHING)).toBe(value);
      }),
    );
  });

  it('makes nothing out of a value that is not there', () => {
    expect(treat(undefined, ASKED_NOTHING)).toBe(ABSENT);
  });

  it('promises what the contract says of the field, without what it says about it', () => {
    expect(
      keep.emits({
        ...site({}),
        schema: { type: 'string', maxLength: 3, 'x-semantic': 'cn.name', 'x-classification': 'general-3' },
      }),
    ).toEqual({ type: 'string', maxLength: 3 });
  });
});

describe('exists', () => {
  const treat = exists.compile(site({ type: 'string' }), SCOPED_KEYS);

  it('says yes for every value, an empty one and false among them, and no for none', () => {
    fc.assert(
      fc.property(safeJson, (value) => {
        expect(treat(value, ASKED_NOTHING)).toBe(value !== null);
      }),
    );
    for (const value of ['', 0, false]) expect(treat(value, ASKED_NOTHING)).toBe(true);
    expect(treat(null, ASKED_NOTHING)).toBe(false);
    expect(treat(undefined, ASKED_NOTHING)).toBe(false);
  });
});

describe('match', () => {
  const named = match.compile(site({ type: 'string', 'x-semantic': 'cn.name' }, { parameter: 'name' }), SCOPED_KEYS);

  it.each([
    ['张三', '张三', true],
    ['阿卜杜拉·买买提', '阿卜杜拉•买买提', true],
    ['张三', '李四', false],
    ['13800138000', '13800138000', false],
  ])('says whether %s is %s: %s', (value, asked, same) => {
    expect(named(value, asking({ name: asked }))).toBe(same);
  });

  it('says nothing at all where nothing was asked', () => {
    expect(named('张三', ASKED_NOTHING)).toBe(ABSENT);
    expect(named('张三', asking({ other: '张三' }))).toBe(ABSENT);
  });

  it('says no for a field without a value, also to null', () => {
    expect(named(null, asking({ name: '张三' }))).toBe(false);
    expect(named(undefined, asking({ name: '张三' }))).toBe(false);
    expect(named(null, asking({ name: null }))).toBe(false);
  });

  it('answers yes, no or nothing, whatever is asked about whatever', () => {
    fc.assert(
      fc.property(safeJson, safeJson, (value, asked) => {
        expect([true, false]).toContain(named(value, asking({ name: asked })));
      }),
    );
  });

  it('is refused for a parameter that is not about the field', () => {
    const refused = (parameter: string): string | undefined => match.refuses?.(site({ type: 'string' }, { parameter }));
    expect(refused('name')).toBeUndefined();
    expect(refused('residentId')).toMatch(/^for this field the contract has no match parameter of that name/);
  });
});

describe('threshold', () => {
  const judge = (operator: string, limit: number) => {
    const treat = threshold.compile(site({ type: 'number' }, { operator, limit }), SCOPED_KEYS);
    return [limit - 1, limit, limit + 1].map((value) => treat(value, ASKED_NOTHING));
  };

  it.each([
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
  ])('with %s says below, at and above the limit %j', (operator, answers) => {
    expect(judge(operator, 0)).toEqual(answers);
    expect(judge(operator, 5000)).toEqual(answers);
    expect(judge(operator, -3)).toEqual(answers);
  });

  it('does not understand what is no number', () => {
    const treat = threshold.compile(site({ type: 'number' }, { operator: '>', limit: 0 }), SCOPED_KEYS);
    fc.assert(
      fc.property(safeJson, (value) => {
        expect(treat(value, ASKED_NOTHING) === UNFIT).toBe(typeof value !== 'number');
      }),
    );
  });
});
