import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabases } from '../../src/store/open-databases.ts';
import { exampleResident, type Harness, type Reply, startHarness } from '../support/harness.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts';
import { canaries, expectNoneOf, expectProblem } from '../support/problems.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const CALLS = 120;
const AT_A_TIME = 10;
let postgres: OwnPostgres;
beforeAll(async () => {
  postgres = await startOwnPostgres();
});
afterAll(async () => {
  await postgres.database.close();
  await postgres.server.stop();
});

async function gateway(): Promise<Harness> {
  const harness = await startHarness({ database: async () => ({ ...postgres.database, close: async () => {} }) });
  onTestFinished(harness.close);
  return harness;
}

async function recovers(harness: Harness): Promise<void> {
  await expect.poll(async () => (await harness.call()).status, { timeout: 15_000, interval: 200 }).toBe(200);
}

function expectNothingReleased(reply: Reply): void {
  expectProblem(reply, 'ledger.unwritable');
  expectNoneOf([reply.body], [...canaries(), 'receipt', 'jose', '"data"']);
}

describe('a gateway whose database is lost', () => {
  it('releases nothing while it is away, says so, and goes on by itself when it is back', async () => {
    const harness = await gateway();
    expect((await harness.call()).status).toBe(200);
    await postgres.server.kill();
    for (let call = 0; call < 5; call += 1) expectNothingReleased(await harness.call());
    expectNothingReleased(await harness.call({ system: undefined }));
    expect((await fetch(`${harness.gateway.urls.telemetry}/readyz`)).status).toBe(503);
    expect((await fetch(`${harness.gateway.urls.telemetry}/livez`)).status).toBe(200);
    await postgres.server.start();
    await recovers(harness);
    await expect
      .poll(async () => (await fetch(`${harness.gateway.urls.telemetry}/readyz`)).status, { timeout: 5000 })
      .toBe(200);
  });

  it('has in the ledger all that it released, when the loss comes in the middle of many', async () => {
    const harness = await gateway();
    const replies: Reply[] = [];
    let started = 0;
    const caller = async (): Promise<void> => {
      while (started < CALLS) {
        started += 1;
        replies.push(await harness.call());
      }
    };
    const callers = Array.from({ length: AT_A_TIME }, caller);
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBeGreaterThan(CALLS / 4);
    await postgres.server.kill();
    const seen = replies.length;
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBeGreaterThan(seen + AT_A_TIME);
    await postgres.server.start();
    await Promise.all(callers);
    await recovers(harness);

    expect(replies).toHaveLength(CALLS);
    const released = replies.filter(({ status }) => status === 200);
    const others = replies.filter(({ status }) => status !== 200);
    expect(released.length).toBeGreaterThan(0);
    expect(others.length).toBeGreaterThan(0);
    for (const reply of others) expectNothingReleased(reply);
    const entries = await harness.entries();
    const recorded = new Set(entries.filter(({ outcome }) => outcome === 'released').map(({ exchange }) => exchange));
    expect(released.filter(({ headers }) => !recorded.has(String(headers['exchange-id'])))).toEqual([]);
    for (const { headers } of released) {
      expect(entries[Number(headers['receipt-index'])]?.['exchange']).toBe(headers['exchange-id']);
    }
  });
});

describe('a connection that is cut when the commit is answered', () => {
  it('releases nothing, although the entry stands', async () => {
    const { hostname: host, port } = new URL(postgres.server.url);
    const proxy = await startTcpProxy({ host, port: Number(port) });
    onTestFinished(proxy.close);
    const url = Object.assign(new URL(postgres.server.url), { port: String(proxy.port) }).href;
    const far = await openDatabases({ url, embeddedDir: '', maxConnections: 5, statementTimeoutMs: 500 });
    const harness = await startHarness({
      database: async () => ({ ...postgres.database, close: async () => await far.close() }),
      parts: ({ databases }) => ({
        databases: {
          ...databases,
          exchange: {
            ...far.exchange,
            query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
              proxy.cutOnAnswer(sql.includes('ledger.append'));
              return await far.exchange.query<Row>(sql, values);
            },
          },
        },
      }),
    });
    onTestFinished(harness.close);
    const reply = await harness.call();
    expectNothingReleased(reply);
    const { exchangeId } = reply.problem();
    await expect
      .poll(async () => (await harness.entries()).filter(({ exchange }) => exchange === exchangeId).length)
      .toBeGreaterThan(0);
    const [entry] = (await harness.entries()).filter(({ exchange }) => exchange === exchangeId);
    expect(entry).toMatchObject({ outcome: 'released' });
    expectNoneOf([JSON.stringify(entry)], [exampleResident().residentId]);
  });
});
