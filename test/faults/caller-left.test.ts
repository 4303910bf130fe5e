import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { STAGES } from '../../src/domain/observer.ts';
import type { Database } from '../../src/store/database.ts';
import { record } from '../support/fake-source.ts';
import { exampleResident, type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { connectRaw, rawRequest } from '../support/raw-connection.ts';

const TIMES = 20;
const ask = JSON.stringify({ purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } });
const LEFT = { outcome: 'failed', code: 'caller.left', origin: 'gateway' };

describe('a caller who leaves before the source has answered', () => {
  let harness: Harness;
  /** Connections that carried a call to the source which was never answered. */
  const carriers: { readonly destroyed: boolean }[] = [];
  beforeAll(async () => {
    // As strict as can be: one call at a time, and the breaker opens with the first failure.
    harness = await startHarness({ breaker: { concurrency: 1, minimumCalls: 1, failurePercent: 1, restMs: 60_000 } });
    harness.source.behave((req) => carriers.push(req.socket));
    for (let times = 0; times < TIMES; times += 1) {
      const connection = await connectRaw(harness.gateway.urls.exchange);
      connection.send(rawRequest(IDENTITY, ask));
      await vi.waitFor(() => expect(carriers).toHaveLength(times + 1), 5000);
      connection.socket.destroy();
      await vi.waitFor(async () => expect(await harness.entries()).toHaveLength(times + 1), 5000);
    }
  });
  afterAll(async () => await harness.close());

  it(`is entered as such, ${TIMES} times of ${TIMES}, with the stages passed before`, async () => {
    const entries = await harness.entries();
    expect(entries).toHaveLength(TIMES);
    for (const entry of entries) expect(entry).toMatchObject({ ...LEFT, stages: ['identify', 'authorize'] });
  });

  it('has the call to the source ended', async () => {
    await expect.poll(() => carriers.map(({ destroyed }) => destroyed)).toEqual(Array(TIMES).fill(true));
  });

  it('says nothing against the source, and takes no place from others', async () => {
    harness.source.behave(record(exampleResident()));
    expect((await harness.call()).status).toBe(200);
    expect(await harness.metrics()).toMatch(
      /^shuqiao_source_breaker_state\{source="public-security.population-register",state="closed"\} 1$/m,
    );
  });

  it('is counted, and is no answer that was not delivered', async () => {
    const metrics = await harness.metrics();
    expect(metrics).toMatch(new RegExp(`^shuqiao_exchanges_total\\{.*code="caller.left".*\\} ${TIMES}$`, 'm'));
    expect(metrics).toMatch(/^shuqiao_deliveries_aborted_total 0$/m);
  });
});

describe('a caller who leaves while the source is answering', () => {
  it('is entered as such, and what came is not used', async () => {
    const harness = await startHarness();
    onTestFinished(harness.close);
    harness.source.behave((_req, res) => res.writeHead(200, { 'Content-Type': 'application/json' }).write('{"name":'));
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, ask));
    await expect.poll(() => harness.source.asked.length).toBe(1);
    connection.socket.destroy();
    await expect.poll(async () => (await harness.entries()).length).toBe(1);
    expect((await harness.entries())[0]).toMatchObject({ ...LEFT, stages: ['identify', 'authorize'] });
  });
});

describe('a caller who leaves with several requests under way on one connection', () => {
  it('is heard by all of them, also by those that wait behind another', async () => {
    const harness = await startHarness();
    onTestFinished(harness.close);
    const carriers: { readonly destroyed: boolean }[] = [];
    harness.source.behave((req) => carriers.push(req.socket));
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, ask).repeat(3));
    await vi.waitFor(() => expect(carriers).toHaveLength(3), 5000);
    connection.socket.destroy();
    await expect.poll(async () => await harness.entries()).toHaveLength(3);
    expect(await harness.entries()).toMatchObject([LEFT, LEFT, LEFT]);
    await expect.poll(() => carriers.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  });
});

describe('a caller who leaves when the release is being recorded', () => {
  it('leaves the entry as it stands, and the answer that nobody got is counted', async () => {
    const gate = { reached: false, open: (): void => {} };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const harness = await startHarness({
      parts: ({ databases }) => ({ databases: { ...databases, exchange: held(databases.exchange) } }),
    });
    onTestFinished(harness.close);
    function held(exchange: Database): Database {
      return {
        ...exchange,
        query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
          const rows = await exchange.query<Row>(sql, values);
          if (sql.includes('ledger.append')) {
            gate.reached = true;
            await opened;
          }
          return rows;
        },
      };
    }
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, ask));
    await expect.poll(() => gate.reached).toBe(true);
    connection.socket.destroy();
    // The gateway has to have seen it before the ledger lets go, or it would answer into the void in time.
    await new Promise((resolve) => setTimeout(resolve, 100));
    gate.open();
    await expect.poll(async () => await harness.metrics()).toMatch(/^shuqiao_deliveries_aborted_total 1$/m);
    const entries = await harness.entries();
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ outcome: 'released', stages: STAGES.slice(0, STAGES.indexOf('record')) });
    expect(harness.log.join('')).toContain('"event":"delivery-aborted"');
    expect(connection.received()).toBe('');
  });
});
