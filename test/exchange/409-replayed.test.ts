import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { AGENT_DESK, type Harness, startHarness } from '../support/harness.ts';
import { expectEntered, expectProblem } from '../support/problems.ts';

let harness: Harness;
let database: TestDatabase;
beforeAll(async () => {
  database = await postgresDatabase();
  harness = await anotherGateway();
});
afterAll(async () => {
  await harness.close();
  await database.close();
});

/** One more instance on the same database, whose end leaves the database alone. */
async function anotherGateway(): Promise<Harness> {
  return await startHarness({ database: async () => ({ ...database, close: async () => {} }) });
}

const replayed = { code: 'request.replayed', stages: [] } as const;

describe('a request id', () => {
  it('is good for one request of a system, and the second does not reach the source', async () => {
    const headers = { 'Request-Id': randomUUID() };
    expect((await harness.call({ headers })).status).toBe(200);
    const asked = harness.source.asked.length;
    const entry = await expectEntered(harness, await harness.call({ headers }), replayed);
    expect(harness.source.asked).toHaveLength(asked);
    expect(Object.keys(entry)).not.toContain('purpose');
  });

  it('that was used for a request that was refused is used all the same', async () => {
    const headers = { 'Request-Id': randomUUID() };
    expectProblem(await harness.call({ headers, body: [] }), 'request.malformed');
    await expectEntered(harness, await harness.call({ headers }), replayed);
  });

  it("of one system is not another's", async () => {
    const headers = { 'Request-Id': randomUUID() };
    expect((await harness.call({ headers })).status).toBe(200);
    expectProblem(await harness.call({ headers, system: AGENT_DESK }), 'grant.missing');
  });

  it('raced twenty times over two gateways is good once', async () => {
    const other = await anotherGateway();
    onTestFinished(other.close);
    const headers = { 'Request-Id': randomUUID() };
    const replies = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => await (index % 2 === 0 ? harness : other).call({ headers })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(harness.source.asked.length + other.source.asked.length).toBeGreaterThan(0);
    const outcomes = (await harness.entries()).filter(({ request }) => request === headers['Request-Id']);
    expect(outcomes.filter(({ outcome }) => outcome === 'released')).toHaveLength(1);
    expect(outcomes).toHaveLength(20);
  });

  it('is remembered by a gateway that was started again', async () => {
    const headers = { 'Request-Id': randomUUID() };
    const first = await anotherGateway();
    expect((await first.call({ headers })).status).toBe(200);
    await first.close();
    const second = await anotherGateway();
    onTestFinished(second.close);
    await expectEntered(second, await second.call({ headers }), replayed);
    expect(second.source.asked).toEqual([]);
  });

  it('is forgotten after its window, and not before', async () => {
    const headers = { 'Request-Id': randomUUID() };
    expect((await harness.call({ headers })).status).toBe(200);
    await database.tamper(`update exchange.request_id set used_at = used_at - interval '23 hours 59 minutes'`);
    expectProblem(await harness.call({ headers }), 'request.replayed');
    await database.tamper(`update exchange.request_id set used_at = used_at - interval '2 minutes'`);
    expect((await harness.call({ headers })).status).toBe(200);
  });
});
