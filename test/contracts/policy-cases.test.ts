import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { createTreatmentKeys } from '../../src/keys/treatment-keys.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { type CaseCall, loadCases, type PolicyCase } from '../../src/policy/load-cases.ts';
import { type Rehearsed, rehearse } from '../../src/rehearsal/rehearse.ts';
import { runCases } from '../../src/rehearsal/run-cases.ts';
import { record, status } from '../support/fake-source.ts';
import { getToken, type Harness, type Reply, startHarness } from '../support/harness.ts';
import { filesIn } from '../support/project-files.ts';

const folders = { contractsDir: 'contracts', policiesDir: 'policies' };
const snapshot = loadSnapshot(folders, createTreatmentKeys(new Uint8Array(32)));
const { cases, faults } = loadCases('policies/cases', ['contracts', 'policies']);

describe('the cases of this project', () => {
  it('are read, and say something of every grant', () => {
    expect(faults).toEqual([]);
    const granted = new Set(cases.map(({ call }) => snapshot.findPlan(call)?.grant.id));
    for (const { grant } of snapshot.plans) expect(granted).toContain(grant.id);
  });

  it('hold, and whatever they do not list is refused', async () => {
    const { ran, failed, gaps } = await runCases(snapshot, cases, true);
    expect(failed.map(({ of, differences }) => [of.id, differences])).toEqual([]);
    expect(gaps).toEqual([]);
    expect(ran).toBe(cases.length);
  });

  it('are about people whose county code is assigned nowhere', () => {
    const numbers = filesIn('policies/cases', '.json').flatMap(({ path, text }) =>
      [...text.matchAll(/(?<!\d)(\d{4})(\d{2})(?:\d{11}[\dX]|\d{9})(?!\d)/g)].map(([number]) => ({ path, number })),
    );
    expect(numbers.length).toBeGreaterThan(20);
    // But for the one whose record is an example of the contract.
    const assigned = numbers.filter(({ number }) => !number.startsWith('110199'));
    expect(new Set(assigned.map(({ number }) => number))).toEqual(new Set(['11010519491231002X']));
  });
});

/** What has to differ between two exchanges, and a seal that is none. */
function likeness({
  exchange: _,
  request: _r,
  trace: _i,
  certificate: _c,
  token: _t,
  digests: _d,
  sizes: _s,
  ...entry
}: JsonObject): unknown {
  return entry;
}

describe('what a rehearsal says', () => {
  let harness: Harness;
  let now = 0;
  beforeAll(async () => {
    harness = await startHarness({ parts: () => ({ snapshot, clock: { now: () => now } }) });
  });
  afterAll(async () => await harness.close());

  async function call({ system, contract, purpose, query, fields, nowMs, source }: CaseCall): Promise<Reply> {
    now = nowMs;
    harness.source.behave('record' in source && source.record !== null ? record(source.record) : status(204));
    const path = `/exchange/${contract.replaceAll('.', '/')}`;
    // Of that instant: the cases lie further apart than a token lives.
    const token = await getToken(harness.gateway.urls.exchange, { system });
    return await harness.call({
      system,
      token,
      path,
      body: { purpose, query, ...(fields === undefined ? {} : { fields }) },
    });
  }

  async function answerOf(rehearsed: Rehearsed, reply: Reply): Promise<unknown> {
    return rehearsed.decision === 'released' ? (await reply.open())['data'] : reply.problem().code;
  }

  // A source that fails has its own tests, and a system without a certificate cannot call.
  const called: readonly PolicyCase[] = cases.filter(
    ({ call, expect: { code } }) => !code?.startsWith('source.') && snapshot.systems.has(call.system),
  );

  it.each(called)('is what the gateway does, over TLS and into its ledger: $id', async ({ call: asked }) => {
    const rehearsed = await rehearse(snapshot, asked);
    const reply = await call(asked);
    const [entry = {}] = (await harness.entries()).slice(-1);
    expect(await answerOf(rehearsed, reply)).toEqual('data' in rehearsed ? rehearsed.data : rehearsed.code);
    expect(likeness(entry)).toEqual(likeness(rehearsed.entry));
  });

  it('was compared for nearly all of them', () => {
    expect(called.length).toBeGreaterThan(cases.length * 0.8);
  });
});
