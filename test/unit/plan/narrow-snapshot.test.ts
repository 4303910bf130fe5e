import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import { narrowSnapshot } from '../../../src/plan/narrow-snapshot.ts';
import { filesIn } from '../../support/project-files.ts';

const FOLDERS = { contractsDir: 'contracts', policiesDir: 'policies' };
const IDENTITY = 'public-security.resident-identity.v1';
const whole = loadSnapshot(FOLDERS);
const files = [...filesIn('contracts', '.json'), ...filesIn('policies', '.json')].map(({ path }) => path);
const SHARED = files.filter((file) => /^policies\/[^/]+\.json$/.test(file));

const narrowed = (...changed: readonly string[]): Snapshot => narrowSnapshot(whole, new Set(changed), FOLDERS);
const needsOf = ({ grant }: Plan) =>
  grant.consumer.systems.map((system) => ({ system, contract: grant.contract, purpose: grant.purpose }));
const grantsOf = ({ plans }: Snapshot): readonly string[] => plans.map(({ grant }) => grant.id);
const without = (isOut: (plan: Plan) => boolean): readonly string[] =>
  whole.plans.filter((plan) => !isOut(plan)).map(({ grant }) => grant.id);

/** As a person would say it, not as the code does. */
function partsOf({ grant, contract }: Plan): readonly string[] {
  const folder = `contracts/${contract.id.replaceAll('.', '/')}/`;
  return [...SHARED, `policies/grants/${grant.id}.json`, ...files.filter((file) => file.startsWith(folder))];
}

describe('a snapshot some of whose files changed', () => {
  it('is the same if none did', () => {
    expect(narrowed()).toBe(whole);
  });

  it('is the same if only cases that test policies did', () => {
    expect(narrowed('policies/cases/open-a-shop.json')).toBe(whole);
  });

  it('loses the grant whose file it was, and no other', () => {
    const left = narrowed('policies/grants/open-a-shop-identity.json');
    expect(grantsOf(left)).toEqual(without(({ grant }) => grant.id === 'open-a-shop-identity'));
    expect(left.plans).toHaveLength(whole.plans.length - 1);
  });

  it.each(['contract.json', 'schema.json', 'examples/valid/family-of-three.json'])(
    'loses every grant of a contract whose %s it was, and no other',
    (name) => {
      const left = narrowed(`contracts/public-security/resident-identity/v1/${name}`);
      expect(grantsOf(left)).toEqual(without(({ contract }) => contract.id === IDENTITY));
      expect(left.plans.length).toBeGreaterThan(0);
      expect(left.plans.length).toBeLessThan(whole.plans.length - 1);
    },
  );

  it.each([
    ...SHARED,
    'policies/of-all.json',
    'policies/grants/more/grant.json',
    'contracts/index.json',
    'contracts/public-security/resident-identity/v2/schema.json',
    'elsewhere.json',
  ])('loses all grants if the file is no single one’s: %s', (file) => {
    const left = narrowed(file);
    expect(left.plans).toEqual([]);
    for (const need of whole.plans.flatMap(needsOf)) expect(left.findPlan(need)).toBeUndefined();
  });

  it('has another hash once it lost a grant, the same whatever the order of the losses', () => {
    const [one = '', other = ''] = files.filter((file) => file.startsWith('policies/grants/'));
    expect(new Set([whole, narrowed(one), narrowed(other), narrowed(one, other)].map(({ hash }) => hash)).size).toBe(4);
    expect(narrowed(other, one).hash).toBe(narrowed(one, other).hash);
  });

  it('keeps exactly the plans that no changed file had a part in, and finds no other', () => {
    fc.assert(
      fc.property(fc.subarray(files), (changed) => {
        const left = narrowed(...changed);
        const kept = whole.plans.filter((plan) => !partsOf(plan).some((file) => changed.includes(file)));
        expect(left.plans).toEqual(kept);
        for (const plan of whole.plans)
          for (const need of needsOf(plan)) expect(left.findPlan(need)).toBe(kept.includes(plan) ? plan : undefined);
      }),
    );
  });
});
