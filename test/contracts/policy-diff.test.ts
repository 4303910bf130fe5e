import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../src/review/diff-policies.ts';
import { both, copyOf, type Edit, load, remove, set } from './broken-copy.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
const NEED = {
  system: 'market-regulation.enterprise-registration',
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
};
const diff = (edit: Edit): ReturnType<typeof diffPolicies> => diffPolicies(load(copyOf()), load(copyOf(edit)));
const status = (treatment: string): Edit => set(GRANT, '/fields/2', { path: '/status', treatment, justification: 'x' });

describe('the difference of two policies', () => {
  it('is nothing between a policy and itself', () => {
    expect(diff(() => {})).toEqual({ fields: [], rights: [] });
  });

  it('is every field of a grant that is revoked, and each as lost', () => {
    const { fields, rights } = diff(remove(GRANT));
    expect(fields.map(({ path, change, from, to }) => ({ path, change, from, to }))).toEqual([
      { path: '/residentId', change: 'loses', from: 'ends', to: 'none' },
      { path: '/name', change: 'loses', from: 'match', to: 'none' },
      { path: '/status', change: 'loses', from: 'exact', to: 'none' },
    ]);
    expect(rights.map(({ change, of }) => `${change} ${of}`)).toEqual([
      'loses-parameter residentId',
      'loses-parameter name',
    ]);
  });

  it('is exactly the pair of field and precision that changes', () => {
    expect(diff(status('exists'))).toMatchObject({
      fields: [{ ...NEED, path: '/status', change: 'less-precise', from: 'exact', to: 'exists' }],
      rights: [],
    });
    expect(diff(set(GRANT, '/fields/1/parameters/tail', 0)).fields).toEqual([
      { ...NEED, path: '/residentId', change: 'less-precise', from: 'ends', to: 'area6' },
    ]);
  });

  it('turned round is what was gained as lost and what was lost as gained', () => {
    const [old, now] = [
      load(copyOf()),
      load(copyOf(both(status('exists'), set(GRANT, '/fields/1/parameters/tail', 0)))),
    ];
    const there = diffPolicies(old, now).fields;
    const back = diffPolicies(now, old).fields;
    expect(there).toHaveLength(2);
    expect(back.map(({ path, from, to }) => ({ path, from: to, to: from }))).toEqual(
      there.map(({ path, from, to }) => ({ path, from, to })),
    );
    expect(back.every(({ change }) => change === 'more-precise')).toBe(true);
  });

  it('has the end of a grant, its rows and another name of a field beside, because they change no precision', () => {
    expect(diff(set(GRANT, '/validUntil', '2028-01-01T00:00:00+08:00'))).toMatchObject({
      fields: [],
      rights: [{ ...NEED, change: 'validity' }],
    });
    expect(diff(set(GRANT, '/linkage', [{ with: 'taxation', approval: '批文' }]))).toMatchObject({
      fields: [],
      rights: [{ ...NEED, change: 'linkage' }],
    });
    expect(diff(set(GRANT, '/rows', [{ path: '/status', equals: ['正常'] }])).rights).toMatchObject([
      { change: 'rows' },
    ]);
    expect(diff(set(GRANT, '/fields/2/as', 'registered'))).toMatchObject({
      fields: [],
      rights: [{ change: 'form', of: '/status' }],
    });
  });

  it('has every limit that changes, whether the grant says so or the default of all', () => {
    expect(diff(both(set(GRANT, '/quota/callsPerDay', 7), set(GRANT, '/enumeration/onAlarm', 'freeze')))).toEqual({
      fields: [],
      rights: [
        { ...NEED, change: 'quota', of: 'callsPerDay 500000 -> 7' },
        { ...NEED, change: 'enumeration', of: 'onAlarm report -> freeze' },
      ],
    });
    const { rights } = diff(set('policies/quotas.json', '/default/probing/questions', 11));
    expect(rights.length).toBeGreaterThan(1);
    expect(rights.every(({ change, of }) => change === 'probing' && of === 'questions 10 -> 11')).toBe(true);
    expect(rights.some(({ purpose, contract }) => purpose === NEED.purpose && contract === NEED.contract)).toBe(false);
  });

  it('has it where a system has to sign its requests from now on, or no more', () => {
    const system = copyOf(set('policies/systems.json', '/systems/0/requestSignature', 'required'));
    const { fields, rights } = diffPolicies(load(copyOf()), load(system));
    expect(fields).toEqual([]);
    expect(rights.length).toBeGreaterThan(0);
    expect(rights.every(({ change, of }) => change === 'signature' && of === 'required')).toBe(true);
    expect(diffPolicies(load(system), load(copyOf())).rights[0]).toMatchObject({ change: 'signature', of: 'optional' });
  });

  it('shows what a ceiling changes for a grant that names a precision', () => {
    const asked = set(GRANT, '/fields/1', { path: '/residentId', precision: 'ends', justification: 'x' });
    const lowered = both(asked, set('policies/purposes.json', '/purposes/0/ceiling/cn.resident-id', 'area4'));
    expect(diffPolicies(load(copyOf(asked)), load(copyOf(lowered))).fields).toEqual([
      { ...NEED, path: '/residentId', change: 'less-precise', from: 'ends', to: 'area4' },
    ]);
  });
});
