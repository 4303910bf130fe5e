import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { type Behaviour, record } from '../support/fake-source.ts';
import { AGENT_DESK, exampleResident, type Harness, IDENTITY, REGISTRATION, startHarness } from '../support/harness.ts';
import { type LoadGenerator, type Outcome, startLoad } from '../support/open-loop.ts';
import { canaries, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { parseExposition, sampleOf } from '../support/prometheus.ts';
import { connectRaw, rawRequest, statuses } from '../support/raw-connection.ts';
import { CALL_BACK, ORDER_NUMBER, workOrder } from '../support/work-order.ts';

const ASK = JSON.stringify({ purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } });

/** Answers about a work order at once, and about a person as it is told. */
function answering(person: Behaviour): Behaviour {
  return (req, res, query) =>
    (query['orderNumber'] === ORDER_NUMBER ? record(workOrder('19900001234')) : person)(req, res, query);
}

async function shedOf(harness: Harness): Promise<number> {
  return sampleOf(parseExposition(await harness.metrics()), 'shuqiao_shed_total');
}

describe('a gateway of which more is asked than it can do', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      environment: {
        SHUQIAO_CONCURRENCY_FLOOR: '2',
        SHUQIAO_CONCURRENCY_CEILING: '2',
        SHUQIAO_LINE_LENGTH: '8',
        // However slow the machine is: whoever has less than its part is let in before that.
        SHUQIAO_LINE_WAIT_MS: '10000',
      },
      // It is in this process, beside those who make the load.
      source: { connectTimeoutMs: 30_000, firstByteTimeoutMs: 30_000, totalTimeoutMs: 30_000 },
    });
    await harness.token({ system: AGENT_DESK });
  });
  afterAll(async () => await harness.close());
  beforeEach(() => {
    harness.source.behave(answering(record(harness.resident)));
  });

  async function greedy(connections: number): Promise<LoadGenerator> {
    const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
    const token = await harness.token();
    const load = await startLoad({
      host: '127.0.0.1',
      port: Number(new URL(harness.gateway.urls.exchange).port),
      tls: {
        ca: pem('ca.pem'),
        cert: pem(`systems/${REGISTRATION}.pem`),
        key: pem(`systems/${REGISTRATION}.key.pem`),
      },
      connections,
      request: rawRequest(IDENTITY, ASK, { headers: { Authorization: `Bearer ${token}` } }),
    });
    onTestFinished(load.close);
    return load;
  }

  it('answers a modest caller every time beside a greedy one who asks again at once, and whoever asks how it is', async () => {
    const load = await greedy(30);
    const before = { entries: (await harness.entries()).length, shed: await shedOf(harness) };
    const asking = load.closedLoop(30, 3);
    const modest: number[] = [];
    const probes: number[] = [];
    const over = new AbortController();
    const outcome = asking.finally(() => over.abort());
    while (!over.signal.aborted) {
      modest.push((await harness.call(CALL_BACK)).status);
      for (const path of ['livez', 'readyz', 'metrics'])
        probes.push((await fetch(`${harness.gateway.urls.telemetry}/${path}`)).status);
    }
    const { milliseconds } = await outcome;
    expect(new Set(modest)).toEqual(new Set([200]));
    expect(new Set(probes)).toEqual(new Set([200]));
    expect(Object.keys(milliseconds).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
    const released = countOf({ milliseconds }, 200);
    const refused = countOf({ milliseconds }, 429) + countOf({ milliseconds }, 503);
    expect(released).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    // What was answered is entered, and what was never begun is counted.
    expect((await harness.entries()).length - before.entries).toBe(released + modest.length);
    expect((await shedOf(harness)) - before.shed).toBe(refused);
    expectNoneOf(await kept(harness), canaries());
  });

  it('does not reckon with what waits for a source: one that is stuck keeps nobody else out', async () => {
    harness.source.behave(answering(() => {}));
    const asked = harness.source.asked.length;
    const leaving = new AbortController();
    const stuck = Array.from({ length: 6 }, async () => await harness.call({ signal: leaving.signal }).catch(() => {}));
    await vi.waitFor(() => expect(harness.source.asked).toHaveLength(asked + 6), { timeout: 10_000 });
    expect((await harness.call(CALL_BACK)).status).toBe(200);
    leaving.abort();
    await Promise.all(stuck);
  });

  it.each([
    ['an exchange', IDENTITY],
    ['a token', '/oauth/token'],
  ])('does not reckon with who is slow to send a request for %s', async (_name, path) => {
    const connections = await Promise.all(
      Array.from({ length: 6 }, async () => await connectRaw(harness.gateway.urls.exchange)),
    );
    onTestFinished(() => {
      for (const { socket } of connections) socket.destroy();
    });
    for (const connection of connections)
      connection.send(rawRequest(path, '{', { headers: { 'Content-Length': '500' } }));
    await vi.waitFor(
      async () =>
        expect(sampleOf(parseExposition(await harness.metrics()), 'shuqiao_requests_in_flight')).toBeGreaterThanOrEqual(
          6,
        ),
      { timeout: 10_000 },
    );
    expect((await harness.call(CALL_BACK)).status).toBe(200);
  });
});

function countOf({ milliseconds }: Pick<Outcome, 'milliseconds'>, status: number): number {
  return milliseconds[status]?.length ?? 0;
}

describe('who has more than one caller may', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      environment: {
        SHUQIAO_MAX_EXCHANGES_PER_SYSTEM: '1',
        SHUQIAO_MAX_CONNECTIONS_PER_SYSTEM: '3',
        SHUQIAO_MAX_CONNECTIONS_PER_ADDRESS: '6',
        SHUQIAO_MAX_HANDSHAKES: '2',
      },
    });
    await harness.token();
    await harness.token({ system: AGENT_DESK });
  });
  afterAll(async () => await harness.close());
  beforeEach(() => {
    harness.source.behave(answering(record(harness.resident)));
  });

  const dropped = async (reason: string): Promise<number> =>
    sampleOf(parseExposition(await harness.metrics()), 'shuqiao_connections_dropped_total', { reason });

  /** A TCP connection that says nothing. */
  async function silent(): Promise<Socket> {
    const socket = connectTcp(Number(new URL(harness.gateway.urls.exchange).port), '127.0.0.1');
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket.resume();
  }

  it('is told so on a connection that stays good, once it may again', async () => {
    let answer: () => void = () => {};
    harness.source.behave(answering((...asked) => (answer = () => record(harness.resident)(...asked))));
    const connection = await connectRaw(harness.gateway.urls.exchange);
    const asked = harness.source.asked.length;
    const first = harness.call();
    await vi.waitFor(() => expect(harness.source.asked).toHaveLength(asked + 1));
    connection.send(rawRequest(IDENTITY, ASK));
    await vi.waitFor(() => expect(statuses(connection.received())).toEqual([429]));
    expect(connection.received()).toMatch(/\r\nRetry-After: [123]\r\n/);
    expect((await harness.call(CALL_BACK)).status).toBe(200);
    answer();
    expect((await first).status).toBe(200);
    harness.source.behave(answering(record(harness.resident)));
    connection.send(rawRequest(IDENTITY, ASK, { headers: { Connection: 'close' } }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([429, 200]);
  });

  it.each([
    ['whose end is not told beforehand', { 'Transfer-Encoding': 'chunked' }],
    ['that is longer than what is read in vain', { 'Content-Length': '1000000' }],
  ])('loses the connection over a body %s', async (_name, headers) => {
    harness.source.behave(answering(() => {}));
    const connection = await connectRaw(harness.gateway.urls.exchange);
    const asked = harness.source.asked.length;
    const leaving = new AbortController();
    const first = harness.call({ signal: leaving.signal }).catch(() => {});
    await vi.waitFor(() => expect(harness.source.asked).toHaveLength(asked + 1));
    connection.send(rawRequest(IDENTITY, '', { headers }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([429]);
    leaving.abort();
    await first;
    await vi.waitFor(async () =>
      expect(sampleOf(parseExposition(await harness.metrics()), 'shuqiao_requests_in_flight')).toBe(0),
    );
  });

  it('is told so on a connection too many, which ends', async () => {
    const connections = [];
    for (let each = 0; each < 3; each += 1) connections.push(await connectRaw(harness.gateway.urls.exchange));
    const reply = await harness.call();
    expectProblem(reply, 'consumer.too-many', undefined);
    expect(reply.headers['connection']).toBe('close');
    // Of another system there are none yet.
    expect((await harness.call(CALL_BACK)).status).toBe(200);
    for (const { socket } of connections) socket.destroy();
    await vi.waitFor(async () => expect((await harness.call()).status).toBe(200));
  });

  it('keeps nobody out by connections that say nothing: the slowest goes first', async () => {
    const before = await dropped('handshakes');
    const slowest = await silent();
    const closed = new Promise((resolve) => slowest.once('close', resolve));
    await silent();
    await silent();
    await closed;
    expect((await harness.call()).status).toBe(200);
    expect(await dropped('handshakes')).toBeGreaterThan(before);
  });

  it('has no more connections from an address than one address may, and gets them back', async () => {
    const before = await dropped('address');
    const held = [];
    for (const system of [REGISTRATION, REGISTRATION, AGENT_DESK, AGENT_DESK, 'taxation.tax-registration'])
      held.push(await connectRaw(harness.gateway.urls.exchange, system));
    await silent();
    const seventh = await silent();
    await new Promise((resolve) => (seventh.closed ? resolve(undefined) : seventh.once('close', resolve)));
    expect(await dropped('address')).toBe(before + 1);
    for (const { socket } of held) socket.destroy();
    await vi.waitFor(async () => expect((await harness.call()).status).toBe(200));
  });
});
