import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ExchangeOptions, ShuqiaoProblem, ShuqiaoUnreachable } from '../../src/client/shuqiao-client.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { clientOf, thrown } from '../support/client.ts';
import { record, status } from '../support/fake-source.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { startRelay } from '../support/relay.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let harness: Harness;
let proxy: TcpProxy;
let origin: string;
let before: number;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());
beforeEach(async () => {
  const { port } = new URL(harness.gateway.urls.exchange);
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(port) });
  onTestFinished(proxy.close);
  origin = `https://localhost:${proxy.port}`;
  before = (await harness.entries()).length;
  harness.source.behave(record(harness.resident));
});

const asking = (options: Partial<ExchangeOptions> = {}): ExchangeOptions => ({
  contract: 'public-security.resident-identity.v1',
  purpose: 'open-a-shop',
  query: { residentId: harness.resident.residentId },
  ...options,
});
const entered = async (): Promise<readonly JsonObject[]> => (await harness.entries()).slice(before);

describe('a client', () => {
  it('asks again while no connection comes about, and is recorded once, under the id it was given', async () => {
    proxy.refuseNext(2);
    const requestId = randomUUID();
    const answer = await clientOf(origin, { retries: { attempts: 3 } }).exchange(asking({ requestId }));
    expect(answer.requestId).toBe(requestId);
    expect(await entered()).toMatchObject([{ request: requestId, outcome: 'released' }]);
  });

  it('asks again under the same id where the connection for the exchange itself does not come about', async () => {
    const client = clientOf(origin, { maxConnections: 1 });
    await client.exchange(asking());
    // Idle connections are closed by the other end, as a gateway does that is restarted.
    const requestId = randomUUID();
    await proxy.cutAll();
    proxy.refuseNext(2);
    expect((await client.exchange(asking({ requestId }))).requestId).toBe(requestId);
    expect(await entered()).toHaveLength(2);
  });

  it('gives up after as many attempts as it was given, and says that nothing was sent', async () => {
    proxy.refuseNext(100);
    const error = await thrown(clientOf(origin, { retries: { attempts: 2 } }).exchange(asking()));
    expect(error).toBeInstanceOf(ShuqiaoUnreachable);
    expect(error).toMatchObject({ reached: 'not-sent' });
    expect(proxy.connections()).toBe(2);
    expect(await entered()).toEqual([]);
  });

  it('does not ask again once the request left, whatever became of it', async () => {
    const client = clientOf(origin, { maxConnections: 1 });
    await client.exchange(asking());
    proxy.cutOnAnswer(true);
    const error = await thrown(client.exchange(asking()));
    expect(error).toBeInstanceOf(ShuqiaoUnreachable);
    expect(error).toMatchObject({ reached: 'unknown' });
    expect((await entered()).map(({ outcome }) => outcome)).toEqual(['released', 'released']);
  });

  it('learns what became of a request that was not answered, and keeps the receipt of what it never saw', async () => {
    const client = clientOf(origin, { maxConnections: 1 });
    await client.exchange(asking());
    proxy.cutOnAnswer(true);
    const error = await thrown(client.exchange(asking()));
    proxy.cutOnAnswer(false);
    const { requestId } = error instanceof ShuqiaoUnreachable ? error : {};
    const [, last] = await entered();
    expect(requestId).toBe(last?.['request']);
    const ended = await client.outcomeOf({ requestId: requestId ?? '' });
    expect(ended).toEqual({
      exchangeId: last?.['exchange'],
      outcome: 'released',
      receipt: { index: before + 1, leaf: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await client.outcomeOf({ requestId: randomUUID() })).toBeUndefined();
    expect(await entered()).toHaveLength(2);
  });

  it('waits for what is under way when it asks what became of it', async () => {
    const slowly = record(harness.resident);
    harness.source.behave((...asked) => setTimeout(() => slowly(...asked), 300));
    const asked = harness.source.asked.length;
    const requestId = randomUUID();
    const first = clientOf(origin).exchange(asking({ requestId }));
    await vi.waitFor(() => expect(harness.source.asked).toHaveLength(asked + 1));
    const ended = await clientOf(origin).outcomeOf({ requestId });
    const { exchangeId, receipt } = await first;
    expect(ended).toEqual({ exchangeId, outcome: 'released', receipt });
  });

  it('does not ask again after it waited in vain, unless it is told to', async () => {
    harness.source.behave((_req, res, query) => setTimeout(() => record(harness.resident)(_req, res, query), 600));
    const client = clientOf(origin, { timeoutMs: 300 });
    expect(await thrown(client.exchange(asking()))).toMatchObject({ reached: 'unknown', reason: 'TIMEOUT' });
    const asked = harness.source.asked.length;
    const patient = clientOf(origin, { timeoutMs: 300, retries: { attempts: 2 } });
    const error = await thrown(patient.exchange(asking({ repeatUnknown: true })));
    expect(error).toMatchObject({ reached: 'unknown', reason: 'TIMEOUT' });
    expect(harness.source.asked.length - asked).toBe(2);
    await new Promise((done) => setTimeout(done, 700));
    const ids = (await entered()).map(({ request }) => request);
    expect(new Set(ids).size).toBe(3);
  });

  it('asks after what is still under way under the same id, and never has it run twice', async () => {
    const slowly = record(harness.resident);
    harness.source.behave((...asked) => setTimeout(() => slowly(...asked), 500));
    const asked = harness.source.asked.length;
    const requestId = randomUUID();
    const first = clientOf(origin).exchange(asking({ requestId }));
    await vi.waitFor(() => expect(harness.source.asked).toHaveLength(asked + 1));
    const error = await thrown(clientOf(origin).exchange(asking({ requestId })));
    const { exchangeId, receipt } = await first;
    expect(error).toMatchObject({ code: 'repeat.answered', answeredBefore: { exchangeId, receipt } });
    expect(harness.source.asked).toHaveLength(asked + 1);
  });

  it('asks again, under a fresh id, when the gateway says later', async () => {
    let calls = 0;
    harness.source.behave((req, res, query) => {
      calls += 1;
      (calls < 3 ? status(500) : record(harness.resident))(req, res, query);
    });
    const requestId = randomUUID();
    const answer = await clientOf(origin).exchange(asking({ requestId }));
    expect(answer.data).toMatchObject({ status: '正常' });
    const entries = await entered();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'released']);
    expect(entries[0]?.['request']).toBe(requestId);
    expect(new Set(entries.map(({ request }) => request)).size).toBe(3);
    expect(entries[2]?.['request']).toBe(answer.requestId);
  });

  it('does not ask again what is refused, and not under an id that was used', async () => {
    const client = clientOf(origin);
    const { requestId, exchangeId, receipt } = await client.exchange(asking());
    expect(await thrown(client.exchange(asking({ requestId })))).toMatchObject({
      code: 'repeat.answered',
      answeredBefore: { exchangeId, outcome: 'released', receipt },
    });
    expect(await thrown(client.exchange(asking({ purpose: 'x' })))).toMatchObject({ code: 'grant.missing' });
    harness.source.behave(status(302));
    expect(await thrown(client.exchange(asking()))).toMatchObject({ code: 'source.refused', origin: 'provider' });
    expect(await entered()).toHaveLength(4);
  });

  it('waits as long as it is told, and does not wait for longer than it was given', async () => {
    const relay = await startRelay(harness.gateway.urls.exchange);
    onTestFinished(relay.close);
    harness.source.behave(status(500));
    const after = (seconds: string): void =>
      relay.change({
        reply: (reply, { path }) =>
          path.startsWith('/exchange') ? { ...reply, headers: { ...reply.headers, 'retry-after': seconds } } : reply,
      });
    const client = clientOf(relay.origin, { retries: { attempts: 2, maxPauseMs: 2000 } });
    after('1');
    const start = performance.now();
    const error = await thrown(client.exchange(asking()));
    expect(performance.now() - start).toBeGreaterThan(1000);
    expect(error).toBeInstanceOf(ShuqiaoProblem);
    expect(error).toMatchObject({ code: 'source.failed', retryAfterSeconds: 1 });
    expect(await entered()).toHaveLength(2);
    after('60');
    expect(await thrown(client.exchange(asking()))).toMatchObject({ retryAfterSeconds: 60 });
    expect(await entered()).toHaveLength(3);
  });

  it('stops waiting when its caller does', async () => {
    harness.source.behave(status(500));
    const client = clientOf(origin, { retries: { pauseMs: 60_000, maxPauseMs: 60_000 } });
    const error = await thrown(client.exchange(asking({ signal: AbortSignal.timeout(500) })));
    expect(error).toMatchObject({ name: 'TimeoutError' });
  });

  it('takes what is no answer of the gateway for an unknown outcome', async () => {
    const relay = await startRelay(harness.gateway.urls.exchange);
    onTestFinished(relay.close);
    for (const [statusCode, type, body] of [
      [502, 'text/html', '<h1>Bad Gateway</h1>'],
      [503, 'application/problem+json', '{"code":"x","code":"internal"}'],
      [503, 'application/problem+json', '{"code":"<script>","status":503,"origin":"gateway"}'],
      [302, 'text/plain', ''],
    ] as const) {
      relay.change({
        reply: (reply, { path }) =>
          path.startsWith('/exchange')
            ? {
                status: statusCode,
                headers: { 'content-type': type, location: 'https://other.test' },
                body: Buffer.from(body),
              }
            : reply,
      });
      const error = await thrown(clientOf(relay.origin).exchange(asking()));
      expect(error).toMatchObject({ name: 'ShuqiaoUnreachable', reached: 'unknown', reason: 'NOT_A_GATEWAY' });
    }
  });

  it('does not speak to a gateway that another authority vouches for', async () => {
    const tls = { ca: '', cert: '', key: '' };
    const error = await thrown(clientOf(origin, { tls, retries: { attempts: 1 } }).exchange(asking()));
    expect(error).toMatchObject({ reached: 'not-sent', reason: expect.stringMatching(/CERT|ISSUER|VERIFY/) as string });
  });
});
