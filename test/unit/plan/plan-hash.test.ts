import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../src/domain/contract.ts';
import type { Grant } from '../../../src/domain/grant.ts';
import { compilePlan } from '../../../src/plan/compile-plan.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';

const { plans } = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const found = plans.find(({ grant }) => grant.id === 'open-a-shop-identity');
if (found === undefined) throw new Error('the example grant is gone');
const { grant, contract, purpose, consumer, hash } = found;

const hashOf = (changed: Partial<Grant>, ofContract: Partial<Contract> = {}): string =>
  compilePlan({ grant: { ...grant, ...changed }, contract: { ...contract, ...ofContract }, purpose, consumer }).hash;
const [first, ...others] = grant.fields;
if (first === undefined) throw new Error('the example grant has no fields');

describe('the hash of a plan', () => {
  it('is the same for the same grant and contract, however their keys are ordered', () => {
    const reordered = Object.fromEntries(Object.entries(grant).reverse()) as unknown as Grant;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf({})).toBe(hash);
    expect(compilePlan({ grant: reordered, contract, purpose, consumer }).hash).toBe(hash);
  });

  it('does not depend on what only people read of the purpose', () => {
    const renamed = { ...purpose, name: { en: 'Other', zh: '其他' } };
    expect(compilePlan({ grant, contract, purpose: renamed, consumer }).hash).toBe(hash);
  });

  it.each<[string, Partial<Grant>]>([
    ['its end', { validUntil: '2029-01-01T00:00:01+08:00' }],
    ['its fields', { fields: others }],
    ['the order of its fields', { fields: [...others, first] }],
    ['the name under which a field leaves', { fields: [{ ...first, as: 'isHer' }, ...others] }],
    ['what happens to a value that does not fit', { fields: [{ ...first, onMismatch: 'drop' }, ...others] }],
    ['the reason for a field', { fields: [{ ...first, justification: 'another' }, ...others] }],
    ['its systems', { consumer: { ...grant.consumer, systems: ['market-regulation.other'] } }],
    ['its parameters', { parameters: ['residentId'] }],
  ])('changes when the grant changes in %s', (_, changed) => {
    expect(hashOf(changed)).not.toBe(hash);
  });

  it('changes when the contract changes', () => {
    expect(hashOf({}, { hash: '0'.repeat(64) })).not.toBe(hash);
  });

  it('changes with the version of a treatment that it uses, and with no other', () => {
    const versioned = (id: string, version: number): string => {
      const treatment = TREATMENTS.get(id);
      if (treatment === undefined) throw new Error(`there is no treatment ${id}`);
      const before = treatment.version;
      try {
        Object.assign(treatment, { version });
        return hashOf({});
      } finally {
        Object.assign(treatment, { version: before });
      }
    };
    expect(versioned('match', 2)).not.toBe(hash);
    expect(versioned('threshold', 2)).toBe(hash);
    expect(hashOf({})).toBe(hash);
  });
});
