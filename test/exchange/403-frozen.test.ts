import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EVERYTHING, type Freezable } from '../../src/domain/freeze.ts';
import { STAGES } from '../../src/domain/observer.ts';
import type { ProblemCode } from '../../src/domain/problems.ts';
import type { Database } from '../../src/store/database.ts';
import { record } from '../support/fake-source.ts';
import { freeze, freezesOf, lift } from '../support/freezes.ts';
import { AGENT_DESK, askToken, exampleResident, type Harness, REGISTRATION, startHarness } from '../support/harness.ts';
import { expectEntered, expectNoneOf, expectProblem } from '../support/problems.ts';

const CONTRACT = { kind: 'contract', value: 'public-security.resident-identity.v1' } as const;
const GRANT = { kind: 'grant', value: 'open-a-shop-identity' } as const;
const REASON = 'suspected-leak-4711';
/** What has to be out by then, in every gateway. */
const A_SECOND_MS = 1000;

let harness: Harness;
let other: Harness;
/** What happens between the commit of an entry and the gateway hearing of it. */
let afterCommit = async (): Promise<void> => {};
beforeAll(async () => {
  harness = await startHarness({
    parts: ({ databases }) => ({ databases: { ...databases, exchange: slowlyHearing(databases.exchange) } }),
  });
  other = await startHarness({ database: async () => ({ ...harness.database, close: async () => {} }) });
  for (const { call } of [harness, other]) expect((await call()).status).toBe(200);
});
afterEach(async () => {
  afterCommit = async () => {};
  const left = await freezesOf(harness.database.databases.control).list();
  for (const { kind, value } of left) await lift(harness.database, { kind, value });
  if (left.length > 0) await pause(A_SECOND_MS);
});
afterAll(async () => {
  await other.close();
  await harness.close();
});

function slowlyHearing(database: Database): Database {
  return {
    ...database,
    query: async (sql, values) => {
      const rows = await database.query(sql, values);
      if (sql.includes('ledger.append(')) await afterCommit();
      return rows as never;
    },
  };
}

describe('what is frozen', () => {
  it.for<[Freezable, ProblemCode]>([
    [EVERYTHING, 'gateway.frozen'],
    [{ kind: 'department', value: 'market-regulation' }, 'identity.frozen'],
    [{ kind: 'system', value: REGISTRATION }, 'identity.frozen'],
    [{ kind: 'department', value: 'public-security' }, 'grant.frozen'],
    [CONTRACT, 'grant.frozen'],
    [GRANT, 'grant.frozen'],
  ])('is so within a second in every gateway, until it is lifted: %j', async ([thing, code]) => {
    await freeze(harness.database, thing, REASON);
    // Whatever is asked from here on is refused, however slow the machine is. Of who asks it is so at once.
    if (code === 'grant.frozen') await pause(A_SECOND_MS);
    for (const gateway of [harness, other]) {
      const reply = await gateway.call();
      const stages = code === 'grant.frozen' ? STAGES.slice(0, 1) : [];
      const entry = await expectEntered(gateway, reply, { code, stages });
      expect(entry['frozen']).toBe(thing.kind);
      expectNoneOf([reply.body, JSON.stringify(entry)], [REASON, 'officer-a']);
    }
    await lift(harness.database, thing);
    await pause(A_SECOND_MS);
    for (const { call } of [harness, other]) expect((await call()).status).toBe(200);
  });

  it('looks to who has no grant for it as if it were not', async () => {
    const asked = async () => await harness.call({ system: AGENT_DESK });
    const before = await asked();
    await freeze(harness.database, CONTRACT);
    await freeze(harness.database, { kind: 'department', value: 'public-security' });
    await pause(A_SECOND_MS);
    expectProblem(before, 'grant.missing');
    expectProblem(await asked(), 'grant.missing');
  });

  it('while its source is asked is not released', async () => {
    const { residentId } = exampleResident();
    const body = { purpose: 'open-a-shop', query: { residentId } };
    for (const [thing, code] of [
      [GRANT, 'grant.frozen'],
      [{ kind: 'system', value: REGISTRATION }, 'identity.frozen'],
    ] as const) {
      harness.source.behave((req, res, asked) => setTimeout(() => record(exampleResident())(req, res, asked), 1200));
      const before = harness.source.asked.length;
      const answering = harness.call({ body });
      await vi.waitFor(() => expect(harness.source.asked.length).toBe(before + 1));
      await freeze(harness.database, thing);
      await expectEntered(harness, await answering, { code, stages: STAGES.slice(0, STAGES.indexOf('record')) });
      harness.source.behave(record(exampleResident()));
      await lift(harness.database, thing);
      await pause(A_SECOND_MS);
    }
  });

  it('while its entry is committed is not released either: the ledger then says more than was', async () => {
    afterCommit = async () => {
      afterCommit = async () => {};
      await freeze(harness.database, GRANT);
      await pause(A_SECOND_MS);
    };
    const reply = await harness.call();
    expectProblem(reply, 'ledger.unwritable');
    const entries = await harness.entries();
    expect(entries.find(({ exchange }) => exchange === reply.headers['exchange-id'])).toMatchObject({
      outcome: 'released',
    });
  });
});

describe('a gateway in which everything is frozen', () => {
  it('gives no tokens, and stays ready and says why it answers nobody', async () => {
    await freeze(harness.database, EVERYTHING);
    await freeze(harness.database, CONTRACT);
    expect((await askToken(harness.gateway.urls.exchange)).status).toBe(401);
    const metric = /^shuqiao_freezes\{kind="everything"\} 1$/m;
    await vi.waitFor(async () => expect(await harness.metrics()).toMatch(metric), { timeout: 10_000 });
    const readiness = await fetch(`${harness.gateway.urls.telemetry}/readyz`);
    expect(readiness.status).toBe(200);
    expect(await readiness.json()).toMatchObject({
      status: 'ready',
      checks: { freezes: { everything: true, total: 2 } },
    });
    const lines = harness.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'frozen', frozen: 'everything' }));
    await lift(harness.database, EVERYTHING);
    await vi.waitFor(async () => expect(await harness.metrics()).not.toMatch(metric), { timeout: 10_000 });
  });
});
