import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/domain/problems.ts';
import type { GrantedLimits } from '../../src/domain/quota.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { record, status } from '../support/fake-source.ts';
import { freezesOf } from '../support/freezes.ts';
import { type Harness, REGISTRATION, type Reply, startHarness } from '../support/harness.ts';
import { verifyDatabase } from '../support/ledger.ts';
import { limited } from '../support/limited.ts';
import { canaries, expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';

let database: TestDatabase;
let harnesses: readonly [Harness, Harness];
/** What all grants of both gateways say at the moment. */
let limits: GrantedLimits = {};
beforeAll(async () => {
  database = await postgresDatabase();
  const start = async (): Promise<Harness> =>
    await startHarness({
      parts: limited(() => limits),
      // What is counted here is no question of how busy the machine is.
      source: { connectTimeoutMs: 20_000, firstByteTimeoutMs: 20_000, totalTimeoutMs: 20_000 },
      database: async () => ({ ...database, close: async () => {} }),
    });
  harnesses = [await start(), await start()];
  // Got before: who is frozen gets none.
  await Promise.all(harnesses.map(async ({ token }) => await token()));
});
afterAll(async () => {
  for (const harness of harnesses) await harness.close();
  await database.close();
});
beforeEach(async () => {
  for (const { source, resident } of harnesses) {
    source.behave(record(resident));
    source.asked.length = 0;
  }
  await database.tamper('truncate quota.usage, quota.asked, quota.watch, identity.freeze cascade');
});

/** Two gateways on one database, whose grants all say this. */
async function pair<T>(said: GrantedLimits, work: (one: Harness, other: Harness) => Promise<T>): Promise<T> {
  limits = said;
  return await work(...harnesses);
}

const numbers = generateRegisters()
  .residents.map(({ residentId }) => residentId)
  .filter((number) => number.length === 18);
const ask = (query: object) => ({ body: { purpose: 'open-a-shop', query } });
const both = async (one: Harness, other: Harness, count: number, ...options: Parameters<Harness['call']>) =>
  await Promise.all(
    Array.from({ length: count }, async (_, at) => await (at % 2 === 0 ? one : other).call(...options)),
  );
const statuses = (replies: readonly Reply[]): Readonly<Record<number, number>> =>
  Object.fromEntries(
    [...new Set(replies.map((reply) => reply.status))].map((code) => [
      code,
      replies.filter((reply) => reply.status === code).length,
    ]),
  );

describe('the quota of a grant', () => {
  it('holds for all gateways together, and the source is asked no more often', async () => {
    await pair({ quota: { callsPerDay: 5 } }, async (one, other) => {
      const replies = await both(one, other, 12);
      expect(statuses(replies)).toEqual({ 200: 5, 429: 7 });
      expect(one.source.asked.length + other.source.asked.length).toBe(5);
      const [refused] = replies.filter((reply) => reply.status === 429);
      const entry = await expectEntered(one, refused, { code: 'quota.exceeded', stages: ['identify'] });
      expect(entry).toMatchObject({ grant: 'open-a-shop-identity', quota: 'calls' });
    });
  });

  it('is told in every answer, and to who is over it when to come again', async () => {
    await pair({ quota: { callsPerDay: 2, burst: 9, callsPerSecond: 3, recordsPerDay: 5 } }, async (one) => {
      const released = await one.call();
      expect(released.headers['ratelimit-policy']).toBe(
        '"rate";q=9;w=3, "calls";q=2;w=86400, "records";q=5;qu="records";w=86400, "bytes";q=100000000;qu="content-bytes";w=86400',
      );
      expect(released.headers['ratelimit']).toMatch(
        /^"rate";r=8;t=1, "calls";r=1;t=\d+, "records";r=4;t=\d+, "bytes";r=999\d+;t=\d+$/,
      );
      await one.call();
      const refused = await one.call();
      const problem = expectProblem(refused, 'quota.exceeded');
      expect(problem.violatedPolicies).toEqual(['calls']);
      const wait = Number(refused.headers['retry-after']);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(86_400);
      expect(refused.headers['ratelimit']).toMatch(new RegExp(`"calls";r=0;t=${wait}$`));
    });
  });

  it('is not used up by what is refused for another reason', async () => {
    await pair({ quota: { callsPerDay: 1 } }, async (one) => {
      expect((await one.call(ask({ residentId: 'nobody' }))).status).toBe(400);
      expect((await one.call({ body: { ...ask({ residentId: numbers[0] }).body, fields: ['/sex'] } })).status).toBe(
        403,
      );
      expect((await one.call()).status).toBe(200);
      expect((await one.call()).status).toBe(429);
    });
  });

  it('is used up by what was asked for, also where the source fails', async () => {
    await pair({ quota: { callsPerDay: 1 } }, async (one, other) => {
      one.source.behave(status(500));
      expect((await one.call()).status).toBe(502);
      expect((await other.call()).status).toBe(429);
    });
  });

  it('lets no record or byte out beyond the day’s, not by calls that are under way at once either', async () => {
    await pair({ quota: { recordsPerDay: 3 } }, async (one, other) => {
      const replies = await both(one, other, 8);
      expect(statuses(replies)[200]).toBe(3);
      const released = (await one.entries()).filter((entry) => entry['outcome'] === 'released').slice(-4);
      expect(released.length).toBeGreaterThanOrEqual(3);
      expect((await other.call()).problem().violatedPolicies).toEqual(['records']);
    });
    await database.tamper('truncate quota.usage');
    await pair({ quota: { bytesPerDay: 10 } }, async (one) => {
      const refused = await one.call();
      const entry = await expectEntered(one, refused, {
        code: 'quota.exceeded',
        stages: ['identify', 'authorize', 'fetch', 'validate', 'project'],
      });
      expect(entry).toMatchObject({ quota: 'bytes' });
      expect(entry['digests']).not.toHaveProperty('released');
    });
  });

  it('refuses everything while it cannot be counted', async () => {
    await pair({}, async (one) => {
      await database.tamper('revoke execute on function quota.take(text) from shuqiao_exchange');
      const refused = await one.call();
      await database.tamper('grant execute on function quota.take(text) to shuqiao_exchange');
      expectProblem(refused, 'ledger.unwritable');
      expect(one.source.asked).toHaveLength(0);
      await database.tamper('revoke execute on function quota.settle(text) from shuqiao_exchange');
      const unsettled = await one.call();
      await database.tamper('grant execute on function quota.settle(text) to shuqiao_exchange');
      expectProblem(unsettled, 'ledger.unwritable');
    });
  });
});

describe('questions about one subject', () => {
  const guess = (name: string) => ask({ residentId: numbers[0], name });

  it('are limited over all gateways, before the source is asked, with the same words whether there is a record', async () => {
    await pair({ probing: { questions: 3 } }, async (one, other) => {
      one.source.behave(record({ ...one.resident, residentId: numbers[0] }));
      other.source.behave(status(204));
      const names = ['张一', '张二', '张三', '张四', '张五', '张六'];
      const replies: Reply[] = [];
      for (const [at, name] of names.entries()) replies.push(await (at % 2 === 0 ? one : other).call(guess(name)));
      expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 429, 429, 429]);
      expect(one.source.asked.length + other.source.asked.length).toBe(3);
      const [there, absent] = replies.slice(3).map((reply) => {
        const { requestId: _, exchangeId: __, ...said } = expectProblem(reply, 'quota.probing');
        return said;
      });
      expect(there).toEqual(absent);
      // What was asked before tells nothing new; of somebody else nothing was asked.
      expect((await one.call(guess('张一'))).status).toBe(200);
      expect((await other.call(ask({ residentId: numbers[1], name: '张七' }))).status).toBe(200);
      expectNoneOf(await kept(one), [...canaries(), ...names, ...numbers.slice(0, 2)]);
    });
  });

  it('are not limited where an answer tells no more than what it shows', async () => {
    await pair({ probing: { questions: 1 } }, async (one) => {
      const insurance = {
        path: '/exchange/human-resources/social-insurance-account/v1',
        ...ask({ residentId: numbers[0] }),
      };
      one.source.behave(status(204));
      expect(statuses(await both(one, one, 3, insurance))).toEqual({ 200: 3 });
    });
  });
});

describe('going through a register', () => {
  /** Numbers of one day, one after the other; nobody's. */
  const row = Array.from({ length: 14 }, (_, at) => numberOf(`11019919900307${String(at + 100)}`));
  const nobody = async (one: Harness, other: Harness, queries: readonly string[]): Promise<readonly Reply[]> => {
    for (const { source } of [one, other]) source.behave(status(204));
    const replies: Reply[] = [];
    for (const [at, residentId] of queries.entries())
      replies.push(await (at % 2 === 0 ? one : other).call(ask({ residentId })));
    return replies;
  };
  const alarms = async (one: Harness) => (await one.entries()).filter(({ kind }) => kind === 'alarm');

  it('is entered, counted and logged once, without a number, and goes on where the policy only reports', async () => {
    const limits = { enumeration: { neighboursPerHour: 6, absentPerHour: 1000, onAlarm: 'report' } } as const;
    await pair(limits, async (one, other) => {
      expect(statuses(await nobody(one, other, row))).toEqual({ 200: 14 });
      const [alarm, ...more] = await alarms(one);
      expect(more).toEqual([]);
      expect(alarm).toMatchObject({
        signal: 'sequential',
        consumer: REGISTRATION,
        contract: 'public-security.resident-identity.v1',
        grant: 'open-a-shop-identity',
        frozen: false,
      });
      expect(alarm?.['neighbours']).toBeGreaterThanOrEqual(6);
      const counted = (await one.metrics()) + (await other.metrics());
      expect(counted.match(/^shuqiao_enumeration_alarms_total\{.*signal="sequential"\} 1$/gm)).toHaveLength(1);
      const logged = [...one.log, ...other.log].filter((line) => line.includes('"event":"enumeration"'));
      expect(logged).toHaveLength(1);
      expectNoneOf([...(await kept(one)), ...logged], row);
      expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent' });
    });
  });

  it('freezes the system in all gateways where the policy says so, with the very call that gave it away', async () => {
    const limits = { enumeration: { absentPerHour: 5, absentPercent: 50, onAlarm: 'freeze' } } as const;
    await pair(limits, async (one, other) => {
      const before = (await alarms(one)).length;
      const replies = await nobody(one, other, numbers.slice(0, 8));
      expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 403, 403, 403, 403]);
      const [gaveAway] = replies.slice(4);
      if (gaveAway !== undefined) expectProblem(gaveAway, 'identity.frozen');
      expect((await alarms(one)).slice(before)).toMatchObject([{ signal: 'absent', absent: 5, frozen: true }]);
      const frozen = freezesOf(database.databases.control);
      expect(await frozen.list()).toMatchObject([{ kind: 'system', value: REGISTRATION, officers: ['gateway'] }]);
      await frozen.lift({ kind: 'system', value: REGISTRATION, officer: 'officer', reason: 'it was a test' });
      expect((await one.call()).status).toBe(200);
    });
  });

  it('that cannot be entered or frozen stops the call, and is told again', async () => {
    const limits = { enumeration: { absentPerHour: 2, absentPercent: 1, onAlarm: 'freeze' } } as const;
    await pair(limits, async (one, other) => {
      const before = (await alarms(one)).length;
      await database.tamper(
        'revoke execute on function identity.freeze_thing(text, text, text, text, jsonb) from shuqiao_exchange',
      );
      const replies = await nobody(one, other, numbers.slice(0, 2));
      expect(replies.map((reply) => reply.status)).toEqual([200, PROBLEMS['ledger.unwritable'].status]);
      await database.tamper(`grant execute on function identity.freeze_thing(text, text, text, text, jsonb) to shuqiao_exchange;
        update quota.watch set raised_at = raised_at - interval '11 seconds'`);
      expect(await alarms(one)).toHaveLength(before);
      expect((await nobody(one, other, numbers.slice(2, 3)))[0]?.status).toBe(403);
      expect(await alarms(one)).toHaveLength(before + 1);
    });
  });
});

function numberOf(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((all, weight, at) => all + weight * Number(body[at]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}
