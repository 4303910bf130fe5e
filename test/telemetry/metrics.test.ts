import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAGES } from '../../src/domain/observer.ts';
import { status } from '../support/fake-source.ts';
import { AGENT_DESK, type Harness, IDENTITY, REGISTRATION, startHarness } from '../support/harness.ts';
import { type Exposition, parseExposition, sampleOf } from '../support/prometheus.ts';

const CONTRACT = 'public-security.resident-identity.v1';
const MADE_UP = ['made-up-purpose', 'made-up-resource', 'madeup'];

let harness: Harness;
let metrics: Exposition;

const scrape = async () => parseExposition(await harness.metrics());
const exchanges = (labels: Readonly<Record<string, string>>) => sampleOf(metrics, 'shuqiao_exchanges_total', labels);

beforeAll(async () => {
  harness = await startHarness();
  const query = { residentId: harness.resident.residentId };
  await harness.call();
  await harness.call();
  await harness.call({ body: { purpose: 'open-a-shop', query, fields: ['/status'] } });
  await harness.call({ body: { purpose: 'made-up-purpose', query } });
  await harness.call({ body: { purpose: 'hotline-call-back', query } });
  await harness.call({ path: '/exchange/madeup/made-up-resource/v7' });
  await harness.call({ path: '/made-up-resource' });
  await harness.call({ system: undefined });
  await harness.call({ system: AGENT_DESK });
  harness.source.behave(status(500));
  await harness.call();
  await fetch(`${harness.gateway.urls.control}/sources`);
  await fetch(`${harness.gateway.urls.control}/made-up-resource`);
  metrics = await scrape();
});
afterAll(async () => await harness.close());

describe('/metrics', () => {
  it('is what Prometheus reads, and says so', async () => {
    const response = await fetch(`${harness.gateway.urls.telemetry}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(parseExposition(await response.text()).samples.length).toBeGreaterThan(50);
  });

  it('counts exchanges by who, what, what for, and how they ended', () => {
    const known = { system: REGISTRATION, contract: CONTRACT, purpose: 'open-a-shop' };
    expect(exchanges({ ...known, outcome: 'released', code: 'none' })).toBe(3);
    expect(exchanges({ ...known, outcome: 'failed', code: 'source.failed' })).toBe(1);
    expect(exchanges({ outcome: 'refused', code: 'identity.unproven', system: 'unknown', contract: 'unknown' })).toBe(
      1,
    );
    expect(exchanges({ outcome: 'refused', code: 'grant.missing', system: AGENT_DESK })).toBe(1);
    expect(exchanges({ outcome: 'released' })).toBe(3);
    expect(exchanges({ outcome: 'refused' })).toBe(5);
    expect(exchanges({ outcome: 'failed' })).toBe(1);
  });

  it('names a purpose that is registered although it is refused, and none that a caller made up', () => {
    const refused = { system: REGISTRATION, outcome: 'refused', code: 'grant.missing', contract: 'unknown' };
    expect(exchanges({ ...refused, purpose: 'hotline-call-back' })).toBe(1);
    expect(exchanges({ ...refused, purpose: 'unknown' })).toBe(1);
  });

  it('has no label that a caller made up, and none about a person', async () => {
    const values = (await scrape()).samples.flatMap(({ labels }) => Object.values(labels));
    const { residentId, name } = harness.resident;
    expect(values.filter((value) => [...MADE_UP, residentId, name].some((word) => value.includes(word)))).toEqual([]);
    expect(values.filter((value) => value.includes(IDENTITY))).toEqual([]);
  });

  it('has no more of anything for a caller who makes up more', async () => {
    const own = async () => (await scrape()).samples.filter(({ name }) => name.startsWith('shuqiao_')).length;
    const makeUp = async (number: number) => {
      const body = { purpose: `p-${number}`, query: { [`q${number}`]: number } };
      await harness.call({ body, path: `/exchange/dep-${number}/res-${number}/v${number}` });
      await harness.call({ body });
      await harness.call({ body: { ...body, purpose: 'open-a-shop' } });
      await harness.call({ body, path: `/path-${number}`, method: 'GET' });
      await fetch(`${harness.gateway.urls.control}/path-${number}`);
    };
    await makeUp(1);
    const before = await own();
    for (const number of [2, 3, 4, 5]) await makeUp(number);
    expect(await own()).toBe(before);
  });

  it('counts the fields released, by treatment, and none of what was refused or failed', () => {
    const fields = (treatment: string) =>
      sampleOf(metrics, 'shuqiao_released_fields_total', { contract: CONTRACT, treatment });
    expect([fields('match@1'), fields('cn.resident-id@1'), fields('keep@1')]).toEqual([2, 2, 3]);
    expect(sampleOf(metrics, 'shuqiao_released_fields_total')).toBe(7);
  });

  it('times every stage under the outcome it had', () => {
    const stage = (name: string, outcome: string) =>
      sampleOf(metrics, 'shuqiao_stage_seconds_count', { stage: name, outcome });
    expect(STAGES.map((name) => stage(name, 'passed'))).toEqual([8, 4, 3, 3, 3, 3, 3, 3]);
    expect(stage('identify', 'refused')).toBe(1);
    expect(stage('authorize', 'refused')).toBe(4);
    expect(stage('fetch', 'failed')).toBe(1);
    expect(sampleOf(metrics, 'shuqiao_exchange_seconds_count', { outcome: 'released' })).toBe(3);
    expect(sampleOf(metrics, 'shuqiao_exchange_seconds_bucket', { outcome: 'released', le: '+Inf' })).toBe(3);
  });

  it('counts the answers of each listener by their status', () => {
    const answers = (listener: string, code: string) =>
      sampleOf(metrics, 'shuqiao_http_answers_total', { listener, status: code });
    // Two of them are tokens: one for each system that called.
    expect(answers('exchange', '200')).toBe(5);
    expect(answers('exchange', '401')).toBe(1);
    expect(answers('exchange', '403')).toBe(4);
    expect(answers('exchange', '404')).toBe(1);
    expect(answers('exchange', '502')).toBe(1);
    expect(answers('control', '200')).toBe(1);
    expect(answers('control', '404')).toBe(1);
  });

  it('shows one state for the breaker of every source, and the snapshot that is in force', () => {
    const sources = new Set(
      metrics.samples
        .filter(({ name }) => name === 'shuqiao_source_breaker_state')
        .map(({ labels }) => labels['source'] ?? ''),
    );
    const configured = [...harness.gateway.snapshot.contracts.values()].map(({ source }) => source.id);
    expect(sources).toEqual(new Set(configured));
    for (const source of sources) {
      expect(sampleOf(metrics, 'shuqiao_source_breaker_state', { source })).toBe(1);
      expect(sampleOf(metrics, 'shuqiao_source_breaker_state', { source, state: 'closed' })).toBe(1);
    }
    expect(sampleOf(metrics, 'shuqiao_policy_snapshot_info', { hash: harness.gateway.snapshot.hash })).toBe(1);
  });

  it('knows how many entries there are once it was asked whether it is ready', async () => {
    await fetch(`${harness.gateway.urls.telemetry}/readyz`);
    const { size } = await harness.gateway.ledger.head();
    expect(sampleOf(await scrape(), 'shuqiao_ledger_entries')).toBe(size);
  });
});
