import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FaultsError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import { withDraft } from '../../../src/plan/with-draft.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';

const snapshot = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const NEED = {
  system: 'market-regulation.enterprise-registration',
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
};

function draft(change: JsonObject): string {
  const file = join(scratchFolder(), 'draft.json');
  const grant = JSON.parse(readFileSync('policies/grants/open-a-shop-identity.json', 'utf8')) as JsonObject;
  writeFileSync(file, JSON.stringify({ ...grant, ...change }));
  return file;
}

const status = { path: '/status', treatment: 'keep', justification: 'It decides.' };
const idsOf = (plans: typeof snapshot.plans): readonly string[] => plans.map(({ grant }) => grant.id).sort();

describe('policies with a draft', () => {
  it('have it in the place of the grant of its id, and change nowhere else', () => {
    const { snapshot: drafted, plan } = withDraft(snapshot, draft({ fields: [status] }));
    expect(plan.fields.map(({ output }) => output)).toEqual(['/status']);
    expect(drafted.findPlan(NEED)).toBe(plan);
    expect(idsOf(drafted.plans)).toEqual(idsOf(snapshot.plans));
    const tax = { ...NEED, contract: 'taxation.tax-standing.v1' };
    expect(drafted.findPlan(tax)).toBe(snapshot.findPlan(tax));
    expect(drafted.hash).not.toBe(snapshot.hash);
    // What is drafted is in force nowhere else.
    expect(snapshot.findPlan(NEED)).not.toBe(plan);
  });

  it('lose the need that a grant of the same id had and the draft has not', () => {
    const moved = { consumer: { department: 'taxation', systems: ['taxation.tax-registration'] } };
    const { snapshot: drafted, plan } = withDraft(snapshot, draft(moved));
    expect(drafted.findPlan(NEED)).toBeUndefined();
    expect(drafted.findPlan({ ...NEED, system: 'taxation.tax-registration' })).toBe(plan);
  });

  it.each([
    ['a file of another form', { fields: [] }, '/fields'],
    ['a purpose that is not registered', { purpose: 'curiosity' }, '/purpose'],
    [
      'a system of another department',
      { consumer: { department: 'taxation', systems: ['hotline.agent-desk'] } },
      '/consumer',
    ],
    ['a contract that there is not', { contract: 'a.b.v1' }, '/contract'],
    ['a grant of another id for a need that has one', { id: 'another' }, ''],
    ['a field beyond its limits', { fields: [{ ...status, path: '/mobile' }] }, '/fields/0'],
  ])('are not made of %s', (_, change, pointer) => {
    const file = draft(change);
    let faults: FaultsError['faults'] = [];
    try {
      withDraft(snapshot, file);
    } catch (error) {
      if (error instanceof FaultsError) ({ faults } = error);
    }
    expect(faults.map((fault) => [fault.file, fault.pointer.startsWith(pointer)])).toContainEqual([file, true]);
  });
});
