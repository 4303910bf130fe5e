import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ProblemCode } from '../../src/domain/problems.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { record, status } from '../support/fake-source.ts';
import { AGENT_DESK, type Harness, REGISTRATION, type Reply, startHarness } from '../support/harness.ts';
import { expectEntered, expectProblem } from '../support/problems.ts';

let harness: Harness;
let database: TestDatabase;
beforeAll(async () => {
  database = await postgresDatabase();
  harness = await anotherGateway();
});
beforeEach(() => {
  harness.source.behave(record(harness.resident));
});
afterAll(async () => {
  await harness.close();
  await database.close();
});

/** One more instance on the same database, whose end leaves the database alone. */
async function anotherGateway(): Promise<Harness> {
  return await startHarness({ database: async () => ({ ...database, close: async () => {} }) });
}

const fresh = (): Record<string, string> => ({ 'Request-Id': randomUUID() });

/** The repeat, answered and entered with the exchange that it repeats. */
async function expectRepeat(at: Harness, reply: Reply, code: ProblemCode) {
  const entry = await expectEntered(at, reply, { code, stages: [] });
  const { repeats } = reply.problem();
  expect(entry['repeats']).toBe(repeats?.exchangeId);
  expect(Object.keys(entry)).not.toContain('purpose');
  return repeats;
}

const endingOf = ({ headers }: Reply, outcome: string) => ({
  exchangeId: headers['exchange-id'],
  outcome,
  receipt: { index: Number(headers['receipt-index']), leaf: headers['receipt-leaf'] },
});

describe('a request under an id that its system used before', () => {
  it('is told how the first ended, with its receipt; the source is not asked again and nothing is sent again', async () => {
    const headers = fresh();
    const first = await harness.call({ headers });
    expect(first.status).toBe(200);
    const asked = harness.source.asked.length;
    const reply = await harness.call({ headers });
    expect(await expectRepeat(harness, reply, 'repeat.answered')).toEqual(endingOf(first, 'released'));
    expect(harness.source.asked).toHaveLength(asked);
  });

  it.for([
    ['refused', 'request.malformed', { body: [] }],
    ['failed', 'source.failed', {}],
  ] as const)('is told of a first that was %s, too', async ([outcome, code, call]) => {
    harness.source.behave(status(500));
    const headers = fresh();
    const first = await harness.call({ headers, ...call });
    expectProblem(first, code);
    const reply = await harness.call({ headers });
    expect(await expectRepeat(harness, reply, 'repeat.answered')).toEqual(endingOf(first, outcome));
  });

  it('hears that the first is under way while it is, and how it ended afterwards, at another gateway', async () => {
    const other = await anotherGateway();
    onTestFinished(other.close);
    const held: (() => void)[] = [];
    harness.source.behave((...asked) => held.push(() => record(harness.resident)(...asked)));
    const headers = fresh();
    const calling = harness.call({ headers });
    await vi.waitFor(() => expect(held).toHaveLength(1));
    const reply = await other.call({ headers });
    const repeats = await expectRepeat(other, reply, 'repeat.under-way');
    expect(Object.keys(repeats ?? {})).toEqual(['exchangeId']);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    held[0]?.();
    const first = await calling;
    expect(first.headers['exchange-id']).toBe(repeats?.exchangeId);
    const again = await other.call({ headers });
    expect(await expectRepeat(other, again, 'repeat.answered')).toEqual(endingOf(first, 'released'));
    expect(other.source.asked).toEqual([]);
  });

  it('hears that the first ended unrecorded once nothing of it can be released any more', async () => {
    const [headers, exchange] = [fresh(), randomUUID()];
    const claimedBefore = async (time: string): Promise<void> =>
      await database.tamper(
        `insert into exchange.request_id values ('${REGISTRATION}', '${headers['Request-Id']}', clock_timestamp() - interval '${time}', '${exchange}')
         on conflict (system, request_id) do update set used_at = excluded.used_at`,
      );
    await claimedBefore('2 minutes 20 seconds');
    await expectRepeat(harness, await harness.call({ headers }), 'repeat.under-way');
    await claimedBefore('2 minutes 31 seconds');
    const repeats = await expectRepeat(harness, await harness.call({ headers }), 'repeat.unrecorded');
    expect(repeats).toEqual({ exchangeId: exchange });
  });

  it('is a fresh one of another system, which hears nothing of the first', async () => {
    const headers = fresh();
    expect((await harness.call({ headers })).status).toBe(200);
    const reply = await harness.call({ headers, system: AGENT_DESK });
    expectProblem(reply, 'grant.missing');
    expect(reply.problem().repeats).toBeUndefined();
  });

  it('raced twenty times over two gateways is run once', async () => {
    const other = await anotherGateway();
    onTestFinished(other.close);
    const headers = fresh();
    const replies = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => await (index % 2 === 0 ? harness : other).call({ headers })),
    );
    const [first] = replies.filter((reply) => reply.status === 200);
    const repeats = replies.filter((reply) => reply.status === 409);
    expect(repeats).toHaveLength(19);
    for (const reply of repeats) expect(reply.problem().repeats?.exchangeId).toBe(first?.headers['exchange-id']);
    const outcomes = (await harness.entries()).filter(({ request }) => request === headers['Request-Id']);
    expect(outcomes.filter(({ outcome }) => outcome === 'released')).toHaveLength(1);
    expect(outcomes).toHaveLength(20);
  });

  it('is known to a gateway that was started again', async () => {
    const headers = fresh();
    const before = await anotherGateway();
    const first = await before.call({ headers });
    expect(first.status).toBe(200);
    await before.close();
    const after = await anotherGateway();
    onTestFinished(after.close);
    expect(await expectRepeat(after, await after.call({ headers }), 'repeat.answered')).toEqual(
      endingOf(first, 'released'),
    );
    expect(after.source.asked).toEqual([]);
  });

  it('is a fresh one after the window, and not before', async () => {
    const headers = fresh();
    expect((await harness.call({ headers })).status).toBe(200);
    const age = async (time: string): Promise<void> =>
      await database.tamper(
        `update exchange.request_id set used_at = used_at - interval '${time}' where request_id = '${headers['Request-Id']}'`,
      );
    await age('23 hours 59 minutes');
    expectProblem(await harness.call({ headers }), 'repeat.answered');
    await age('2 minutes');
    expect((await harness.call({ headers })).status).toBe(200);
  });
});

describe('an exchange that took too long to be told from one that died', () => {
  it('releases nothing, whenever it comes to it', async () => {
    let late = 0;
    const slow = await startHarness({
      database: async () => ({ ...database, close: async () => {} }),
      parts: () => ({ clock: { now: () => Date.now() + late } }),
    });
    onTestFinished(slow.close);
    await slow.token();
    slow.source.behave((...asked) => {
      late = 121_000;
      record(slow.resident)(...asked);
    });
    expectProblem(await slow.call(), 'ledger.unwritable');
  });
});

describe('a refusal that was entered', () => {
  it('has its receipt, unless nobody knows who it was', async () => {
    const reply = await harness.call({ body: { purpose: 'made-up', query: {} } });
    const entries = await harness.entries();
    expect(entries[Number(reply.headers['receipt-index'])]?.['exchange']).toBe(reply.headers['exchange-id']);
    expect(reply.headers['receipt-leaf']).toMatch(/^[0-9a-f]{64}$/);
    const stranger = await harness.call({ system: undefined });
    expectProblem(stranger, 'identity.unproven');
    expect(Object.keys(stranger.headers)).not.toContain('receipt-index');
  });
});
