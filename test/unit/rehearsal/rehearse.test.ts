import { describe, expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../../src/domain/json.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import type { CaseCall } from '../../../src/policy/load-cases.ts';
import { rehearse } from '../../../src/rehearsal/rehearse.ts';
import { record } from '../../support/example-record.ts';

const snapshot = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' });
const person = record();

const asked = (over: Partial<CaseCall> = {}): CaseCall => ({
  nowMs: Date.parse('2026-11-23T09:00:00+08:00'),
  system: 'market-regulation.enterprise-registration',
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  query: { residentId: valueAt(person, '/residentId'), name: '欧阳修文' },
  source: { record: person },
  ...over,
});

/** A snapshot whose plans do something else than was compiled. */
const withPlans = (change: (plan: Plan) => Partial<Plan>): Snapshot => ({
  ...snapshot,
  findPlan: (need) => {
    const plan = snapshot.findPlan(need);
    return plan && { ...plan, ...change(plan) };
  },
});

describe('a rehearsal', () => {
  it('is of what a system may know: one that has to sign its requests is rehearsed as one that does', async () => {
    const signing = [...snapshot.systems].map(
      ([id, system]) => [id, { ...system, requestSignature: 'required' }] as const,
    );
    const { entry, ...signed } = await rehearse({ ...snapshot, systems: new Map(signing) }, asked());
    const { entry: unsigned, ...others } = await rehearse(snapshot, asked());
    expect(signed).toEqual(others);
    expect(entry).toMatchObject({ signedBy: 'rehearsal' });
    expect(unsigned).not.toHaveProperty('signedBy');
  });

  it('gives what the system would open, which outputs had a value, and the entry', async () => {
    expect(await rehearse(snapshot, asked())).toEqual({
      decision: 'released',
      data: { nameMatches: true, residentIdMasked: '110105********002X', status: '正常' },
      outputs: new Set(['/nameMatches', '/residentIdMasked', '/status']),
      entry: expect.objectContaining({
        outcome: 'released',
        grant: 'open-a-shop-identity',
        receivedAt: '2026-11-23T01:00:00.000Z',
        stages: ['identify', 'authorize', 'fetch', 'validate', 'project', 'seal'],
      }) as JsonObject,
    });
  });

  it('comes out the same each time', async () => {
    expect(await rehearse(snapshot, asked())).toEqual(await rehearse(snapshot, asked()));
  });

  it('counts no output that was not asked, stayed null or was redacted', async () => {
    const call = asked({
      system: 'human-resources.benefits',
      purpose: 'survivor-benefit',
      query: { residentId: valueAt(person, '/residentId') },
      source: {
        record: {
          ...person,
          household: { number: '110199001', members: [{ relation: '子', name: '未取名1', residentId: null }] },
        },
      },
    });
    const rehearsed = await rehearse(snapshot, call);
    const outputs = ['/status', '/household/members/*/relation', '/household/members/*/hasNumber'];
    expect(rehearsed).toMatchObject({ decision: 'released', outputs: new Set(outputs) });
    const narrowed = await rehearse(snapshot, { ...call, fields: ['/status'] });
    expect(narrowed).toMatchObject({ decision: 'released', outputs: new Set(['/status']) });
  });

  it('refuses and fails as the exchange does, with its entry', async () => {
    expect(await rehearse(snapshot, asked({ purpose: 'survivor-benefit' }))).toEqual({
      decision: 'refused',
      code: 'grant.missing',
      entry: expect.objectContaining({ outcome: 'refused', stages: ['identify'] }) as JsonObject,
    });
    expect(await rehearse(snapshot, asked({ source: { failure: 'source.timeout' } }))).toEqual({
      decision: 'failed',
      code: 'source.timeout',
      entry: expect.objectContaining({ outcome: 'failed', stages: ['identify', 'authorize'] }) as JsonObject,
    });
  });

  it('lets no system in that is not registered', async () => {
    const rehearsed = await rehearse(snapshot, asked({ system: 'market-regulation.nobody' }));
    expect(rehearsed).toMatchObject({ decision: 'refused', code: 'identity.unregistered', entry: { stages: [] } });
  });

  it('judges the record as one that came from a source', async () => {
    const rehearsed = await rehearse(snapshot, asked({ source: { record: { ...person, more: 1 } } }));
    expect(rehearsed).toMatchObject({
      decision: 'failed',
      code: 'source.contract-broken',
      entry: { broken: [{ pointer: '', rule: 'additionalProperties' }], source: { status: 200 } },
    });
  });

  it('says so where the plan itself is at fault', async () => {
    const lying = withPlans(() => ({ checkReleased: () => [{ pointer: '/status', rule: 'enum' }] }));
    expect(await rehearse(lying, asked())).toMatchObject({ decision: 'failed', code: 'answer.invalid' });
    const throwing = withPlans(() => ({
      covers: () => {
        throw new RangeError('a fault');
      },
    }));
    expect(await rehearse(throwing, asked())).toMatchObject({ decision: 'failed', code: 'internal' });
  });
});
