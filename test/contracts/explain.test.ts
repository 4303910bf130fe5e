import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { explainPlan } from '../../src/review/explain.ts';
import { explainExchange } from '../../src/review/explain-exchange.ts';
import type { Reason } from '../../src/review/reasons.ts';
import { NOW } from '../support/circumstances.ts';
import { record } from '../support/example-record.ts';
import { both, copyOf, type Edit, load, set } from './broken-copy.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
const SCHEMA = 'contracts/public-security/resident-identity/v1/schema.json';
const DEPARTMENT = '/departments/3';

function planWith(...edits: readonly Edit[]): Plan {
  const plan = load(copyOf(...edits)).plans.find(({ grant }) => grant.id === 'open-a-shop-identity');
  if (plan === undefined) throw new Error('the grant is gone');
  return plan;
}

const asking = (name: string): Edit =>
  set(GRANT, '/fields/1', { path: '/residentId', precision: name, justification: 'x' });
const reasonOf = (plan: Plan, path: string): Reason | undefined =>
  explainPlan(plan).find((field) => field.path === path)?.reason;

describe('why a field comes out as it does', () => {
  it('is said once for every field of the contract that leaves once or not at all', () => {
    const plan = planWith();
    expect(explainPlan(plan).map(({ path }) => path)).toEqual(plan.contract.fields.map(({ path }) => path));
    expect(reasonOf(plan, '/status')).toBe('EXACT');
    expect(reasonOf(plan, '/residentId')).toBe('TREATED');
    expect(reasonOf(plan, '/mobile')).toBe('NOT_GRANTED');
  });

  it.each<[Reason, Edit]>([
    ['CEILING_PURPOSE', asking('exact')],
    ['FLOOR_FIELD', both(asking('ends'), set(SCHEMA, '/properties/residentId/x-floor', 'area6'))],
    [
      'CEILING_BASIS',
      both(
        asking('ends'),
        set('policies/legal-bases.json', '/legalBases/1/ceiling', { 'cn.resident-id': 'area4', '*': 'exact' }),
      ),
    ],
    ['CLEARANCE', both(asking('ends'), set('policies/departments.json', `${DEPARTMENT}/clearance`, 'general-3'))],
    [
      'CEILING_DEPARTMENT',
      both(
        asking('ends'),
        set('policies/departments.json', `${DEPARTMENT}/ceiling`, { 'cn.resident-id': 'area2', '*': 'exact' }),
      ),
    ],
  ])('is %s where that layer cut what the grant asks', (reason, edit) => {
    const plan = planWith(edit);
    expect(reasonOf(plan, '/residentId')).toBe(reason);
    const [explanation] = explainPlan(plan).filter(({ path }) => path === '/residentId');
    expect(explanation?.trace[0]).toMatchObject({ layer: 'grant', rule: 'open-a-shop-identity' });
    expect(explanation?.trace.length).toBeGreaterThan(1);
  });
});

describe('what became of a field in an exchange', () => {
  const became = (edit: Edit, given: Partial<Parameters<typeof explainExchange>[1]> = {}) => {
    const { fields, released } = explainExchange(planWith(edit), {
      record: record(),
      query: { name: '谁' },
      nowMs: NOW,
      wanted: undefined,
      ...given,
    });
    const reasons = Object.fromEntries(fields.map(({ path, reason }) => [path, reason]));
    return { reasons, released };
  };
  const nameMasked = (onMismatch: string): Edit =>
    both(
      set(GRANT, '/fields/0', { path: '/name', treatment: 'cn.name', onMismatch, justification: 'x' }),
      set('policies/purposes.json', '/purposes/0/ceiling/cn.name', ['match', 'surname']),
    );
  const unfit: JsonObject = { ...record(), name: '12345' };

  it.each<[Reason, string, Edit, Partial<Parameters<typeof explainExchange>[1]>]>([
    ['NO_RECORD', '/status', () => {}, { record: null }],
    ['ROW_OUTSIDE', '/status', set(GRANT, '/rows', [{ path: '/status', equals: ['死亡'] }]), {}],
    ['NOT_ASKED', '/status', () => {}, { wanted: new Set(['/nameMatches']) }],
    ['NO_VALUE', '/name', () => {}, { query: {} }],
    ['MISMATCH_DROPPED', '/name', nameMasked('drop'), { record: unfit }],
    ['MISMATCH_REDACTED', '/name', nameMasked('redact'), { record: unfit }],
    ['MISMATCH_FAILED', '/name', nameMasked('fail'), { record: unfit }],
    ['WITH_ANOTHER', '/status', nameMasked('fail'), { record: unfit }],
    ['EXACT', '/status', () => {}, {}],
  ])('is %s', (reason, path, edit, given) => {
    expect(became(edit, given).reasons[path]).toBe(reason);
  });

  it('never has a value in it', () => {
    const said = JSON.stringify(
      explainExchange(planWith(), { record: record(), query: {}, nowMs: NOW, wanted: undefined }).fields,
    );
    for (const value of leavesOf(record())) if (value.length > 2) expect(said).not.toContain(value);
  });
});

function leavesOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
