import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/domain/json.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import type { Expectation } from '../../../src/policy/case-file.ts';
import type { CaseCall, PolicyCase } from '../../../src/policy/load-cases.ts';
import { type CasesReport, runCases } from '../../../src/rehearsal/run-cases.ts';
import { record } from '../../support/example-record.ts';

const loaded = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const person = record();
const need = {
  system: 'market-regulation.enterprise-registration',
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
};
const granted = { gap: 'unlisted', ...need };

/** As if this were the only grant. */
function only(grant: string): Snapshot {
  const find = (one: { readonly grant: { readonly id: string } }): boolean => one.grant.id === grant;
  return {
    ...loaded,
    plans: loaded.plans.filter(find),
    findPlan: (asked) => [loaded.findPlan(asked)].find((plan) => plan !== undefined && find(plan)),
  };
}

const snapshot = only('open-a-shop-identity');
const query = { residentId: valueAt(person, '/residentId'), name: '欧阳修文' };
const ANSWER = { nameMatches: true, residentIdMasked: '110105********002X', status: '正常' };

function caseOf(expect: Expectation, call: Partial<CaseCall> = {}): PolicyCase {
  const nowMs = Date.parse('2026-11-23T09:00:00+08:00');
  return {
    file: 'f.json',
    id: 'one',
    title: 'It holds.',
    expect,
    call: { nowMs, ...need, query, source: { record: person }, ...call },
  };
}

async function differencesOf(expectation: Expectation, call: Partial<CaseCall> = {}): Promise<readonly unknown[]> {
  const { failed } = await runCases(snapshot, [caseOf(expectation, call)], false);
  return failed.flatMap(({ differences }) => differences);
}

const RELEASED: Expectation = { decision: 'released', answer: ANSWER };

describe('a case', () => {
  it('holds where decision, answer and entry are as expected and nothing hidden turns up', async () => {
    const hidden = ['/name', '/birthDate', '/mobile', '/address/text', '/household/members'];
    expect(await differencesOf({ ...RELEASED, hidden, entry: { outcome: 'released', found: true } })).toEqual([]);
  });

  it('fails where the answer is another, though it is one', async () => {
    expect(await differencesOf({ ...RELEASED, answer: { ...ANSWER, status: '死亡' } })).toEqual([
      { where: '/answer/status', expected: '"死亡"', came: '"正常"' },
    ]);
    expect(await differencesOf({ ...RELEASED, answer: {} })).toHaveLength(3);
    expect(await differencesOf({ ...RELEASED, answer: null })).toHaveLength(1);
  });

  it('fails where something else is decided, or for another reason', async () => {
    expect(await differencesOf({ decision: 'refused', code: 'grant.missing' })).toEqual([
      { where: '/decision', expected: '"refused"', came: '"released"' },
      { where: '/code', expected: '"grant.missing"', came: 'nothing' },
    ]);
    const refused: Expectation = { decision: 'refused', code: 'grant.not-in-force' };
    expect(await differencesOf(refused, { purpose: 'survivor-benefit' })).toEqual([
      { where: '/code', expected: '"grant.not-in-force"', came: '"grant.missing"' },
    ]);
  });

  it('fails where the entry lacks something', async () => {
    expect(await differencesOf({ ...RELEASED, entry: { grant: 'another', withheld: true } })).toEqual([
      { where: '/entry/grant', expected: '"another"', came: '"open-a-shop-identity"' },
      { where: '/entry/withheld', expected: 'true', came: 'nothing' },
    ]);
  });

  it('fails where a value that should be hidden is in the answer', async () => {
    expect(await differencesOf({ ...RELEASED, hidden: ['/status', '/name'] })).toEqual([
      { where: '/hidden /status', expected: 'nothing of it in the answer', came: '"正常"' },
    ]);
  });

  it('fails where a path hides nothing at all', async () => {
    const nothing = { expected: 'a value in the record', came: 'nothing' };
    expect(await differencesOf({ ...RELEASED, hidden: ['/formerName', '/nmae'] })).toEqual([
      { where: '/hidden /formerName', ...nothing },
      { where: '/hidden /nmae', ...nothing },
    ]);
    const none: Expectation = { decision: 'released', answer: null, hidden: ['/name'] };
    expect(await differencesOf(none, { source: { record: null } })).toEqual([{ where: '/hidden /name', ...nothing }]);
  });
});

describe('what no case expects', () => {
  const gapsOf = async (...cases: readonly PolicyCase[]): Promise<CasesReport['gaps']> =>
    (await runCases(snapshot, cases, true)).gaps;
  const neverExpected = (...outputs: readonly string[]) =>
    outputs.map((output) => ({ gap: 'never-expected', grant: 'open-a-shop-identity', output }));
  const ALL = neverExpected('/residentIdMasked', '/nameMatches', '/status');
  const elsewhere = { system: 'hotline.agent-desk' };

  it('is nothing where a case expects every field of every grant', async () => {
    expect(await gapsOf(caseOf(RELEASED))).toEqual([]);
  });

  it('is a grant that is in force at the clock of a case about something else', async () => {
    expect(await gapsOf(caseOf({ decision: 'refused', code: 'grant.missing' }, elsewhere))).toEqual([granted, ...ALL]);
  });

  it('is a grant that a case expects to be refused', async () => {
    const refused: Expectation = { decision: 'refused', code: 'query.invalid' };
    expect(await gapsOf(caseOf(refused, { query: {} }))).toEqual([granted, ...ALL]);
  });

  it('is no grant that is not in force at the clock of any case', async () => {
    const before = { ...elsewhere, nowMs: Date.parse('2025-01-01T00:00:00Z') };
    const refused = caseOf({ decision: 'refused', code: 'grant.missing' }, before);
    expect(await gapsOf(refused)).toEqual(ALL);
    expect(await gapsOf(refused, caseOf({ decision: 'refused', code: 'grant.missing' }, elsewhere))).toContainEqual(
      granted,
    );
  });

  it('is a field that stands in no answer that is expected exactly', async () => {
    const { nameMatches: _, ...unasked } = ANSWER;
    const { residentId } = query;
    expect(await gapsOf(caseOf({ decision: 'released', answer: unasked }, { query: { residentId } }))).toEqual(
      neverExpected('/nameMatches'),
    );
    expect(await gapsOf(caseOf({ decision: 'released' }))).toEqual(ALL);
    expect(await gapsOf(caseOf({ decision: 'released', answer: null }, { source: { record: null } }))).toEqual(ALL);
  });

  it('is not looked for where only some of the cases run', async () => {
    const { gaps } = await runCases(loaded, [caseOf(RELEASED)], false);
    expect(gaps).toEqual([]);
  });

  it('is every other grant, and the fields of each, where one has cases', async () => {
    const { gaps } = await runCases(loaded, [caseOf(RELEASED)], true);
    expect(gaps.filter(({ gap }) => gap === 'unlisted')).toHaveLength(loaded.plans.length - 1);
    expect(gaps).toHaveLength(
      loaded.plans.flatMap(({ grant, fields }) => (grant.id === 'open-a-shop-identity' ? [] : [grant, ...fields]))
        .length,
    );
  });
});
