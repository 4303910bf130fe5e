import { describe, expect, it, onTestFinished } from 'vitest';
import { sourcesAt } from '../support/elsewhere.ts';
import { type Behaviour, record, status } from '../support/fake-source.ts';
import {
  exampleResident,
  type Harness,
  type HarnessOptions,
  IDENTITY,
  type Reply,
  startHarness,
} from '../support/harness.ts';
import { startPlainServer } from '../support/plain-servers.ts';
import { freePort } from '../support/postgres-server.ts';
import { expectEntered, expectProblem } from '../support/problems.ts';
import { connectRaw, rawRequest } from '../support/raw-connection.ts';

const MINIMUM = 4;
const REST_MS = 700;
const POPULATION = 'public-security.population-register';
const good = record(exampleResident());
const ask = { purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } };

async function gateway(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await startHarness({
    ...options,
    breaker: { minimumCalls: MINIMUM, failurePercent: 50, restMs: REST_MS, ...options.breaker },
    source: { connectTimeoutMs: 200, firstByteTimeoutMs: 200, totalTimeoutMs: 300, ...options.source },
  });
  onTestFinished(harness.close);
  return harness;
}

/** Where the two places that show it agree on it. */
async function stateOf(harness: Harness, source = POPULATION): Promise<string> {
  const { sources } = (await (await fetch(`${harness.gateway.urls.control}/sources`)).json()) as {
    readonly sources: readonly { readonly id: string; readonly breaker: string }[];
  };
  const state = sources.find(({ id }) => id === source)?.breaker ?? 'none';
  const shown = Array.from(
    (await harness.metrics()).matchAll(/^shuqiao_source_breaker_state\{source="([^"]+)",state="([^"]+)"\} 1$/gm),
  ).filter(([, id]) => id === source);
  expect(shown.map(([, , name]) => name)).toEqual([state]);
  return state;
}

async function fail(harness: Harness, times: number): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (let time = 0; time < times; time += 1) replies.push(await harness.call());
  return replies;
}

describe('the breaker of a source', () => {
  it.for<[string, Behaviour]>([
    ['server errors', status(500)],
    ['timeouts', () => {}],
    ['broken contracts', record({ nobody: true })],
    ['connections that are closed', (req) => req.socket.destroy()],
    ['answers that are no HTTP', (req) => req.socket.end('220 mail.example ESMTP\r\n')],
    ['answers that are too large', record('x'.repeat(100_000))],
  ])('opens after %s, and then the source is not asked', async ([, behaviour]) => {
    const harness = await gateway({ breaker: { restMs: 60_000 } });
    harness.source.behave(behaviour);
    await fail(harness, MINIMUM - 1);
    expect(await stateOf(harness)).toBe('closed');
    await fail(harness, 1);
    expect(await stateOf(harness)).toBe('open');
    const asked = harness.source.asked.length;
    const reply = await harness.call();
    await expectEntered(harness, reply, { code: 'source.circuit-open', stages: ['identify', 'authorize'] });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(harness.source.asked).toHaveLength(asked);
    expect(await stateOf(harness, 'government-services.work-orders')).toBe('closed');
  });

  it('opens after connections that are refused', async () => {
    const harness = await gateway({ parts: sourcesAt(`https://localhost:${await freePort()}`) });
    for (const reply of await fail(harness, MINIMUM)) expectProblem(reply, 'source.unavailable');
    expect(await stateOf(harness)).toBe('open');
  });

  it('opens after connections that never become secure, and then no more are made', async () => {
    const server = await startPlainServer(() => {});
    onTestFinished(server.close);
    const harness = await gateway({ parts: sourcesAt(server.origin), breaker: { restMs: 60_000 } });
    for (const reply of await fail(harness, MINIMUM)) expectProblem(reply, 'source.timeout');
    expect(await stateOf(harness)).toBe('open');
  });

  it.for([
    ['400', status(400)],
    ['404', status(404)],
    ['418', status(418)],
    ['429', status(429)],
    ['a redirect', status(302, { Location: 'https://elsewhere.invalid' })],
    ['no record', status(204)],
  ] as const)('stays closed after %s, however often', async ([, behaviour]) => {
    const harness = await gateway();
    harness.source.behave(behaviour);
    await fail(harness, 3 * MINIMUM);
    expect(await stateOf(harness)).toBe('closed');
    expect(harness.source.asked).toHaveLength(3 * MINIMUM);
  });

  it('stays closed as long as fewer fail than may', async () => {
    const harness = await gateway();
    for (let round = 0; round < 6; round += 1) {
      harness.source.behave(good);
      await fail(harness, 2);
      harness.source.behave(status(500));
      await fail(harness, 1);
    }
    expect(await stateOf(harness)).toBe('closed');
  });

  it('stays closed for a source that is only busy, and busy is told as busy', async () => {
    const harness = await gateway({
      breaker: { concurrency: 1 },
      source: { firstByteTimeoutMs: 5000, totalTimeoutMs: 5000 },
    });
    let answer = (): void => {};
    harness.source.behave((req, res, query) => (answer = () => good(req, res, query)));
    const first = harness.call();
    await expect.poll(() => harness.source.asked.length).toBe(1);
    for (const reply of await fail(harness, 5 * MINIMUM)) {
      await expectEntered(harness, reply, { code: 'source.busy', stages: ['identify', 'authorize'] });
      expect(reply.headers['retry-after']).toBe('1');
    }
    expect(await stateOf(harness)).toBe('closed');
    expect(harness.source.asked).toHaveLength(1);
    answer();
    expect((await first).status).toBe(200);
    harness.source.behave(good);
    expect((await harness.call()).status).toBe(200);
  });
});

describe('a breaker that is open', () => {
  async function opened(options: HarnessOptions = {}): Promise<Harness> {
    const harness = await gateway(options);
    harness.source.behave(status(500));
    await fail(harness, MINIMUM);
    expect(await stateOf(harness)).toBe('open');
    return harness;
  }
  const rested = async (harness: Harness): Promise<void> =>
    await expect.poll(async () => await stateOf(harness), { timeout: 5000 }).toBe('half-open');

  it('lets one call try after its rest, and closes if that succeeds', async () => {
    const harness = await opened();
    await rested(harness);
    const asked = harness.source.asked.length;
    let answer = (): void => {};
    harness.source.behave((req, res, query) => (answer = () => good(req, res, query)));
    const probe = harness.call();
    await expect.poll(() => harness.source.asked.length).toBe(asked + 1);
    expectProblem(await harness.call(), 'source.circuit-open');
    expect(harness.source.asked).toHaveLength(asked + 1);
    answer();
    expect((await probe).status).toBe(200);
    expect(await stateOf(harness)).toBe('closed');
    harness.source.behave(good);
    expect((await harness.call()).status).toBe(200);
  });

  it('rests again if the call that tries fails', async () => {
    const harness = await opened();
    await rested(harness);
    expectProblem(await harness.call(), 'source.failed');
    expect(await stateOf(harness)).toBe('open');
    expectProblem(await harness.call(), 'source.circuit-open');
  });

  it('does not take for a recovery that the caller of the call that tries has left', async () => {
    const harness = await opened();
    await rested(harness);
    const asked = harness.source.asked.length;
    harness.source.behave(() => {});
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, JSON.stringify(ask)));
    await expect.poll(() => harness.source.asked.length).toBe(asked + 1);
    connection.socket.destroy();
    await expect.poll(async () => (await harness.entries()).at(-1)?.['code']).toBe('caller.left');
    expect(await stateOf(harness)).not.toBe('closed');
    harness.source.behave(good);
    await expect.poll(async () => (await harness.call()).status, { timeout: 5000, interval: 100 }).toBe(200);
    expect(await stateOf(harness)).toBe('closed');
  });
});
