import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../src/domain/json.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import { createTreatmentKeys } from '../../../src/keys/treatment-keys.ts';
import { compilePlan } from '../../../src/plan/compile-plan.ts';
import { loadSnapshot } from '../../../src/plan/load-snapshot.ts';
import type { Found } from '../../../src/rehearsal/found-at.ts';
import { placesOf } from '../../../src/rehearsal/hidden.ts';
import { type Simulated, simulate } from '../../../src/rehearsal/simulate.ts';
import { exchangeDraw } from '../../../src/synthetic/draw-exchange.ts';
import { seededRandom } from '../../../src/synthetic/seeded-random.ts';
import { record } from '../../support/example-record.ts';
import { makePlanCase, planChoices } from '../../support/generate-plan.ts';
import { leavesOf } from '../../support/leaves.ts';
import { PLENTY } from '../../support/quotas.ts';

const keys = createTreatmentKeys(new Uint8Array(32));
const snapshot = loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' }, keys);
const NOW = Date.parse('2026-11-23T09:00:00+08:00');

function planOf(id: string): Plan {
  const plan = snapshot.plans.find(({ grant }) => grant.id === id);
  if (plan === undefined) throw new Error(`there is no grant ${id}`);
  return plan;
}

/** What stands there, by RFC 6901; of a key, the key itself is what is looked for. */
function at(document: JsonValue, pointer: string): JsonValue | undefined {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return tokens.reduce<JsonValue | undefined>((value, token) => {
    if (isJsonArray(value)) return value[Number(token)];
    return isJsonObject(value) ? value[token] : undefined;
  }, document);
}

/** Each side shows what its document holds, where it holds it. */
function expectTrueSides({ fields, record, data }: Simulated): void {
  for (const { path, output = '', held, got } of fields) {
    expectTrue(record, path, held);
    expectTrue(data, output, got);
  }
}

function expectTrue(document: JsonValue, path: string, found: readonly Found[]): void {
  for (const { pointer, value } of found) {
    if (path.endsWith('/{key}')) expect(at(document, pointer)).toBeDefined();
    else expect(at(document, pointer)).toEqual(value);
  }
}

/** Only its own plan, found by whoever asks. */
const only = (plan: Plan): Snapshot => ({
  departments: new Map([[plan.consumer.id, plan.consumer]]),
  systems: new Map(
    plan.grant.consumer.systems.map((id) => [id, { id, department: 'dept', name: { en: 's', zh: '系' } }]),
  ),
  purposes: new Map([[plan.purpose.id, plan.purpose]]),
  contracts: new Map([[plan.contract.id, plan.contract]]),
  plans: [plan],
  quotas: PLENTY,
  hash: '',
  findPlan: () => plan,
});

describe('a simulated exchange', () => {
  it('shows for each field what the source holds, what the consumer gets and why', async () => {
    const query = { residentId: '11010519491231002X', name: '欧阳修文' };
    const plan = planOf('open-a-shop-identity');
    const simulated = await simulate({ snapshot, plan, nowMs: NOW, record: record(), query });
    expect(simulated).toMatchObject({
      decision: 'released',
      data: { nameMatches: true, residentIdMasked: '110105********002X', status: '正常' },
    });
    expect(simulated.fields).toHaveLength(14);
    expect(simulated.fields).toContainEqual({
      path: '/residentId',
      output: '/residentIdMasked',
      treatment: 'cn.resident-id@1',
      precision: 'ends',
      reason: 'TREATED',
      held: [{ pointer: '/residentId', value: '11010519491231002X' }],
      got: [{ pointer: '/residentIdMasked', value: '110105********002X' }],
    });
    expect(simulated.fields).toContainEqual({
      path: '/household/members/*/name',
      precision: 'none',
      reason: 'NOT_GRANTED',
      held: [
        { pointer: '/household/members/0/name', value: '欧阳修文' },
        { pointer: '/household/members/1/name', value: '阿卜杜拉·买买提' },
      ],
      got: [],
    });
  });

  it('is refused as the gateway refuses it, and then explains no field', async () => {
    const plan = planOf('open-a-shop-identity');
    const asked = { snapshot, plan, record: record(), query: { residentId: '11010519491231002X' } };
    const late = await simulate({ ...asked, nowMs: Date.parse('2031-01-01T00:00:00Z') });
    expect(late).toMatchObject({ decision: 'refused', code: 'grant.not-in-force', data: null, fields: [] });
    const other = await simulate({ ...asked, nowMs: NOW, query: { residentId: '110199199003071234' } });
    expect(other).toMatchObject({ decision: 'failed', code: 'source.contract-broken', data: null, fields: [] });
  });

  it('says which value stopped the answer, and which was redacted', async () => {
    const order = {
      orderNumber: 'GD202611220001',
      topic: '噪声扰民',
      status: '待办',
      caller: { name: '张三', mobile: '12345' },
      text: '',
    };
    const hotline = { snapshot, plan: planOf('hotline-call-back'), nowMs: NOW, record: order };
    const stopped = await simulate({ ...hotline, query: { orderNumber: order.orderNumber } });
    expect(stopped).toMatchObject({ decision: 'failed', code: 'treatment.unfit', data: null });
    const reasons = stopped.fields
      .filter(({ output }) => output !== undefined)
      .map(({ path, reason }) => [path, reason]);
    expect(Object.fromEntries(reasons)).toEqual({
      '/topic': 'WITH_ANOTHER',
      '/status': 'WITH_ANOTHER',
      '/caller/name': 'WITH_ANOTHER',
      '/caller/mobile': 'MISMATCH_FAILED',
    });
    expect(stopped.fields.flatMap(({ got }) => got)).toEqual([]);

    const members = [{ relation: '子', name: '4', residentId: null }];
    const unnamed = { ...record(), household: { number: '110199001', members } };
    const benefits = { snapshot, plan: planOf('survivor-benefit-household'), nowMs: NOW, record: unnamed };
    const redacted = await simulate({ ...benefits, query: { residentId: '11010519491231002X' } });
    expect(redacted.fields.find(({ path }) => path === '/household/members/*/name')).toMatchObject({
      reason: 'MISMATCH_REDACTED',
      got: [{ pointer: '/household/members/0/name', value: '****' }],
    });
  });
});

describe.each(snapshot.plans)('of records made up for $grant.id', (plan) => {
  const draw = exchangeDraw(plan, NOW);
  const random = seededRandom(11);

  it('the consumer never gets a value of a field that is not granted, and both sides are true', async () => {
    let looked = 0;
    for (let left = 60; left > 0; left -= 1) {
      const simulated = await simulate({ snapshot, plan, nowMs: NOW, ...draw(random) });
      expect(simulated.decision).toBe('released');
      expectTrueSides(simulated);
      const granted = new Set(plan.treated.map(({ path }) => path));
      const given = simulated.fields
        .filter(({ path }) => granted.has(path))
        .flatMap(({ held }) => held.map(({ value }) => JSON.stringify(value)));
      for (const { held, got, output } of simulated.fields.filter(({ path }) => !granted.has(path))) {
        expect([got, output]).toEqual([[], undefined]);
        // What another field holds as well, or is part of it, tells nothing of this one.
        const own = held.map(({ value }) => value).filter((value) => typeof value !== 'boolean' && value !== null);
        for (const value of own
          .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
          .filter((text) => !given.some((other) => other.includes(text)))) {
          looked += 1;
          expect(placesOf(value, { answer: simulated.data, entry: {} })).toEqual([]);
        }
      }
    }
    expect(looked).toBeGreaterThan(30);
  });
});

describe('of any record under any grant', () => {
  it('both sides are true, all that left is shown, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(planChoices, async (made) => {
        const { contract, grant, purpose, consumer, record, query, canaries } = makePlanCase(made);
        const plan = compilePlan({ grant, contract, purpose, consumer });
        const nowMs = Date.parse('2026-06-01T00:00:00Z');
        const simulated = await simulate({ snapshot: only(plan), plan, nowMs, record, query });
        expectTrueSides(simulated);
        if (simulated.data === null) return;
        const shown = simulated.fields.flatMap(({ path, got }) => (path.endsWith('/{key}') ? [] : got));
        const scalars = leavesOf(simulated.data).filter(([, leaf]) => leaf === null || typeof leaf !== 'object');
        const places = new Set(shown.map(({ pointer }) => pointer));
        for (const [pointer, leaf] of scalars) if (leaf !== null) expect(places.has(pointer)).toBe(true);
        const kept = new Set(grant.fields.map(({ path }) => path));
        const texts = shown.map(({ value }) => value);
        for (const { path, value } of canaries) if (!kept.has(path)) expect(texts).not.toContain(value);
      }),
      { numRuns: 300 },
    );
  });
});
