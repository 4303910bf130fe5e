import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Disclosure, disclosuresOf } from '../../../src/disclosure/disclosures.ts';
import { lintDepartment, RULES } from '../../../src/disclosure/lint.ts';
import { narrowest } from '../../../src/disclosure/narrowest.ts';
import type { Finding, Held } from '../../../src/disclosure/rule.ts';
import type { GrantedField } from '../../../src/domain/grant.ts';
import type { JsonObject, JsonSchema } from '../../../src/domain/json.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Treatment } from '../../../src/treatment/treatment.ts';
import { held } from '../../support/held.ts';
import { grantOf, leaf, object } from '../../support/plan-of.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z');
const typed = (semantic: string, more: JsonObject = {}): JsonObject => ({
  type: 'string',
  'x-classification': 'general-2',
  'x-semantic': semantic,
  ...more,
});
const amount = { type: 'integer', minimum: 0, maximum: 1_000_000, 'x-classification': 'general-2' };
let reasons = 0;
const field = (path: string, treatment: string, parameters: JsonObject = {}, as?: string): GrantedField => {
  reasons += 1;
  return grantOf(path, treatment, { parameters, justification: `${reasons}`, ...(as === undefined ? {} : { as }) });
};
const lint = (schema: JsonSchema, ...fields: readonly GrantedField[]): readonly Finding[] =>
  lintDepartment('one', { plans: [held('one', schema, ...fields)], now: NOW });
const rulesOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ rule }) => rule);

/** As if the treatments of the plans were otherwise than they are: there is none like that to be granted. */
const pretended = (plan: Plan, otherwise: Partial<Treatment>): Held => ({
  plans: [plan],
  disclosures: disclosuresOf([plan]).map(
    (one): Disclosure => ({ ...one, treatment: { ...one.treatment, ...otherwise } }),
  ),
});
const findingsOf = (id: string, own: Held, ...others: readonly Held[]) =>
  RULES.find((rule) => rule.id === id)?.find({ ...own, others, now: NOW, usage: undefined }) ?? [];

describe('L1', () => {
  const number = typed('cn.resident-id');
  const masked = field('/residentId', 'cn.resident-id', { area: 6, tail: 4 });

  it('finds the number that one field masks and the next gives, and not two masked ones', () => {
    const schema = object({ residentId: number, licence: number });
    expect(rulesOf(lint(schema, masked, field('/licence', 'keep')))).toEqual(['L1']);
    expect(lint(schema, masked, field('/licence', 'cn.resident-id', { area: 6, tail: 4 }))).toEqual([]);
    expect(lint(schema, field('/residentId', 'keep'), field('/licence', 'keep'))).toEqual([]);
  });

  it('does not take the number of somebody else for it', () => {
    const schema = object({ residentId: number, agent: { ...number, 'x-subject': 'agent' } });
    expect(lint(schema, masked, field('/agent', 'keep'))).toEqual([]);
  });

  it('finds a mailbox that may be named by the number beside it', () => {
    const schema = object({ mobile: typed('cn.mobile'), email: typed('email') });
    const mobile = field('/mobile', 'cn.mobile', { head: 3, tail: 4 });
    expect(lint(schema, mobile, field('/email', 'keep'))).toMatchObject([{ rule: 'L1', severity: 'warning' }]);
    expect(lint(schema, mobile, field('/email', 'email', { head: true, tail: true }))).toEqual([]);
    expect(lint(schema, field('/mobile', 'keep'), field('/email', 'keep'))).toEqual([]);
  });

  it('tells masks that open short values from masks that open all', () => {
    const masks = [
      field('/code', 'keep-ends', { head: 3, tail: 0, minMasked: 1 }, 'front'),
      field('/code', 'keep-ends', { head: 0, tail: 4, minMasked: 1 }, 'back'),
    ];
    const code = (minLength: number, maxLength: number) => object({ code: { ...leaf, minLength, maxLength } });
    expect(lint(code(7, 7), ...masks)).toMatchObject([
      { severity: 'error', example: 'abc**** and ***defg are abcdefg' },
    ]);
    expect(lint(code(5, 20), ...masks)).toMatchObject([{ severity: 'warning' }]);
    expect(lint(code(8, 20), ...masks)).toEqual([]);
  });

  it('is silent on every single mask, and on one mask given twice', () => {
    for (const semantic of ['bank-card', 'cn.passport', 'cn.plate', 'cn.landline', 'email', 'cn.tw-permit']) {
      const schema = object({ a: typed(semantic) });
      const mask = (as: string): GrantedField => field('/a', semantic, { head: true, tail: true }, as);
      expect(lint(schema, mask('x'), mask('y'))).toEqual([]);
    }
  });
});

describe('L4', () => {
  const rounded = (step: number): GrantedField => field('/a', 'number.round', { step }, `by${step}`);
  const over = (...fields: readonly GrantedField[]) =>
    narrowest(disclosuresOf([held('one', object({ a: amount }), ...fields)]));

  it('counts what is left by hand: 13000 by 1000 and 12600 by 700', () => {
    // [12500, 13499] and [12250, 12949] share 450; the finer leaves 700. Nearer to 0 there is less: [1050, 1499].
    const found = over(rounded(1000), rounded(700));
    expect(found).toMatchObject({ alone: 700 });
    expect(found?.left).toBeLessThan(350);
  });

  it('says of its example what the treatments say', () => {
    const edges = (...all: readonly number[]): GrantedField =>
      field('/a', 'number.bucket', { edges: all }, `to${all.join('')}`);
    expect(over(edges(10_000), edges(10_100))).toEqual({
      from: '10000',
      to: '10099',
      left: 100,
      alone: 10_100,
      answers: ['"10000+" (number.bucket {"edges":[10000]})', '"<10100" (number.bucket {"edges":[10100]})'],
    });
  });

  it('finds edges however far up they are', () => {
    const far = over(rounded(1000), field('/a', 'threshold', { operator: '>=', limit: 900_510 }, 'far'));
    expect(far).toMatchObject({ from: '900500', to: '900509', left: 10, alone: 1000 });
  });

  it('says nothing of an edge that cuts off a value or two', () => {
    expect(over(rounded(100), field('/a', 'threshold', { operator: '>', limit: 0 }, 'any'))).toBeUndefined();
    expect(over(rounded(100), field('/a', 'threshold', { operator: '>=', limit: 500 }, 'half'))).toBeUndefined();
  });

  it('never finds anything where one step divides the other', () => {
    const divided = fc.tuple(fc.integer({ min: 2, max: 300 }), fc.constantFrom(3, 5, 7, 9));
    fc.assert(
      fc.property(divided, ([step, odd]) => {
        expect(over(rounded(step), rounded(step * odd))).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('never counts a value in that one of the answers leaves out', () => {
    const steps = fc.tuple(fc.integer({ min: 2, max: 2000 }), fc.integer({ min: 2, max: 2000 }));
    fc.assert(
      fc.property(steps, ([one, other]) => {
        const found = over(rounded(one), rounded(other));
        if (found === undefined) return;
        const says = (value: number): string => [one, other].map((step) => Math.round(value / step) * step).join(' ');
        const [from, to] = [Number(found.from), Number(found.to)];
        expect(to - from + 1).toBe(found.left);
        expect(says(to)).toBe(says(from));
        expect(says(to + 1)).not.toBe(says(from));
        if (from > 0) expect(says(from - 1)).not.toBe(says(from));
      }),
      { numRuns: 40 },
    );
  });

  it('finds a treatment that comes out differently each time', () => {
    const plan = held('one', object({ a: amount }), rounded(1000));
    expect(findingsOf('L4', pretended(plan, { deterministic: false }))).toMatchObject([{ severity: 'warning' }]);
    expect(findingsOf('L4', pretended(plan, {}))).toEqual([]);
  });
});

describe('L6', () => {
  const schema = object({ residentId: typed('cn.resident-id') });
  const token = field('/residentId', 'token', { epoch: 1 });
  const [one, other] = [held('one', schema, token), held('other', schema, token)];
  const joined = { linkable: 'global' } as const;

  it('is silent on pseudonyms and tokens as they are', () => {
    expect(findingsOf('L6', pretended(one, {}), pretended(other, {}))).toEqual([]);
  });

  it('finds what would stand for one number at two departments', () => {
    const [finding, ...rest] = findingsOf('L6', pretended(one, joined), pretended(other, joined));
    expect(rest).toEqual([]);
    expect(finding?.fields.map(({ grant }) => grant)).toEqual(['of-one', 'of-other']);
  });

  it('is silent where joining these two was approved, by a grant of either, and not where joining others was', () => {
    const linked = (plan: Plan, partner: string): Held =>
      pretended({ ...plan, grant: { ...plan.grant, linkage: [{ with: partner, approval: '批文' }] } }, joined);
    expect(findingsOf('L6', linked(one, 'other'), pretended(other, joined))).toEqual([]);
    expect(findingsOf('L6', pretended(one, joined), linked(other, 'one'))).toEqual([]);
    expect(findingsOf('L6', linked(one, 'third'), pretended(other, joined))).toHaveLength(1);
  });
});

describe('L9', () => {
  const kind = (name: string) =>
    object({ kind: { type: 'string', const: name, 'x-classification': 'general-1' }, name: amount }, ['kind']);
  const schema = object({
    holder: {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      oneOf: [kind('person'), kind('company')],
    },
  });
  const name = (of: string): GrantedField => field(`/holder/=${of}/name`, 'number.round', { step: 10 });

  it('finds that one variant alone tells which it is', () => {
    expect(rulesOf(lint(schema, name('company')))).toEqual(['L9']);
    expect(lint(schema, name('company'), name('person'))).toEqual([]);
    expect(lint(schema, name('company'), field('/holder/=company/kind', 'keep'))).toEqual([]);
  });
});
