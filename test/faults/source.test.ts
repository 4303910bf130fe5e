import { describe, expect, it, onTestFinished } from 'vitest';
import type { Parts } from '../../src/core.ts';
import type { SourceSettings } from '../../src/domain/source-settings.ts';
import { type FakeSource, record, startFakeSource, status } from '../support/fake-source.ts';
import { exampleResident, type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';
import { freePort } from '../support/postgres-server.ts';
import { expectEntered, expectProblem } from '../support/problems.ts';

const good = record(exampleResident());
const REST_MS = 700;
// Its contract says that asking twice does what asking once does; the other's does not.
const ONCE_ONLY = '/exchange/human-resources/social-insurance-account/v1';

async function gateway(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await startHarness(options);
  onTestFinished(harness.close);
  return harness;
}

async function standby(): Promise<FakeSource> {
  const source = await startFakeSource(good);
  onTestFinished(source.close);
  return source;
}

const having =
  (more: Partial<SourceSettings>) =>
  ({ sources }: Parts): Partial<Parts> => ({
    sources: new Map([...sources].map(([id, settings]) => [id, { ...settings, ...more }])),
  });
const beside =
  (origin: string, more: Partial<SourceSettings> = {}) =>
  ({ sources }: Parts): Partial<Parts> => ({
    sources: new Map(
      [...sources].map(([id, settings]) => [id, { ...settings, ...more, origins: [...settings.origins, origin] }]),
    ),
  });
const RETRY = { attempts: 3, budgetPercent: 100, pauseMs: 5 };

describe('a source that fails for a moment', () => {
  it.for([
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['a connection that is cut', (req) => req.socket.destroy()],
  ] as const satisfies readonly (readonly [string, Parameters<FakeSource['behave']>[0]])[])(
    'with %s is asked again, by the same exchange, and the entry says how often',
    async ([, behaviour]) => {
      const harness = await gateway({ parts: having({ retry: RETRY }) });
      let failing = 2;
      harness.source.behave((...asked) => ((failing -= 1) >= 0 ? behaviour : good)(...asked));
      expect((await harness.call()).status).toBe(200);
      expect(harness.source.asked).toHaveLength(3);
      expect(new Set(harness.source.received.map(({ headers }) => headers['exchange-id'])).size).toBe(1);
      expect(await harness.entries()).toMatchObject([{ outcome: 'released', source: { status: 200, attempts: 3 } }]);
    },
  );

  it.for([
    ['what it answers is a refusal', status(404), 'source.refused'],
    ['what it answers breaks its contract', record({ nobody: true }), 'source.contract-broken'],
    ['it fails for good', status(500), 'source.failed'],
  ] as const)('is not asked again where %s', async ([, behaviour, code]) => {
    const harness = await gateway({ parts: having({ retry: RETRY }) });
    harness.source.behave(behaviour);
    expectProblem(await harness.call(), code);
    expect(harness.source.asked).toHaveLength(1);
  });

  it('is not asked again once its answer has begun, and the entry has the status of what was cut', async () => {
    const harness = await gateway({ parts: having({ retry: RETRY }) });
    harness.source.behave((req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      res.write('{', () => setTimeout(() => req.socket.destroy(), 50));
    });
    expectProblem(await harness.call(), 'source.unavailable');
    expect(harness.source.asked).toHaveLength(1);
    expect(await harness.entries()).toMatchObject([{ outcome: 'failed', source: { status: 200 } }]);
  });

  it('is asked no oftener than attempts and budget allow', async () => {
    const harness = await gateway({ parts: having({ retry: { ...RETRY, budgetPercent: 0 } }) });
    harness.source.behave(status(503));
    for (let call = 0; call < 8; call += 1) expectProblem(await harness.call(), 'source.failed');
    // Eight first attempts, and the ten that were saved up.
    expect(harness.source.asked).toHaveLength(18);
  });
});

describe('a source with two endpoints', () => {
  it('is asked at the second while the first is not there, and at the first again once it is', async () => {
    const second = await standby();
    const down = `https://localhost:${await freePort()}`;
    const harness = await gateway({
      breaker: { minimumCalls: 2, restMs: REST_MS },
      parts: ({ sources }) => ({
        sources: new Map(
          [...sources].map(([id, settings]) => [id, { ...settings, retry: RETRY, origins: [down, second.origin] }]),
        ),
      }),
    });
    for (let call = 0; call < 5; call += 1) expect((await harness.call()).status).toBe(200);
    expect(second.asked).toHaveLength(5);
    const attempts = (await harness.entries()).map(({ source }) => source);
    expect(attempts.slice(0, 2)).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
    expect(attempts.at(-1)).not.toHaveProperty('attempts');
    await expect
      .poll(async () => await harness.breakerEntries())
      .toMatchObject([{ kind: 'breaker', endpoint: 0, from: 'closed', to: 'open', why: 'share-of-failures' }]);
  });

  it('does not hold against the second that the first left it little time', async () => {
    const second = await standby();
    const harness = await gateway({
      breaker: { consecutiveFailures: 2, restMs: 60_000 },
      parts: beside(second.origin, { retry: RETRY, totalTimeoutMs: 1000 }),
    });
    harness.source.behave((...asked) => setTimeout(() => status(503)(...asked), 600));
    second.behave(() => {});
    for (let call = 0; call < 2; call += 1) expectProblem(await harness.call(), 'source.timeout');
    second.behave(good);
    expect((await harness.call()).status).toBe(200);
    await expect.poll(async () => await harness.breakerEntries()).toMatchObject([{ endpoint: 0, to: 'open' }]);
  });

  it('goes back to the first when that has recovered', async () => {
    const second = await standby();
    const harness = await gateway({
      breaker: { minimumCalls: 2, restMs: 100 },
      parts: beside(second.origin, { retry: RETRY }),
    });
    harness.source.behave(status(503));
    for (let call = 0; call < 2; call += 1) expect((await harness.call()).status).toBe(200);
    harness.source.behave(good);
    await expect
      .poll(async () => {
        const before = harness.source.asked.length;
        await harness.call();
        return harness.source.asked.length > before;
      })
      .toBe(true);
    const changes = (await harness.breakerEntries()).map(({ to }) => to);
    expect(changes).toEqual(['open', 'half-open', 'closed']);
  });

  it('is asked at the second too when the first is slow, where that is configured, and whoever answers first is believed', async () => {
    const second = await standby();
    const harness = await gateway({ parts: beside(second.origin, { retry: RETRY, hedgeAfterMs: 100 }) });
    harness.source.behave(() => {});
    expect((await harness.call()).status).toBe(200);
    expect([harness.source.asked.length, second.asked.length]).toEqual([1, 1]);
    // The one that was too slow is let go.
    await expect.poll(harness.source.open, { timeout: 5000 }).toBe(0);
    expect(await harness.breakerEntries()).toEqual([]);
  });
});

describe('the time of an exchange', () => {
  it('is as short as its caller says: then nothing is released, and that it took too long is entered', async () => {
    const harness = await gateway();
    harness.source.behave((...asked) => setTimeout(() => good(...asked), 400));
    const reply = await harness.call({ headers: { 'Request-Timeout-Ms': '150' } });
    await expectEntered(harness, reply, { code: 'exchange.timeout', stages: ['identify', 'authorize'] });
    expect((await harness.call({ headers: { 'Request-Timeout-Ms': '20000' } })).status).toBe(200);
  });

  it('is never longer than the gateway gives', async () => {
    const harness = await gateway({
      environment: { SHUQIAO_EXCHANGE_TIMEOUT_MS: '1000' },
      source: { firstByteTimeoutMs: 5000, totalTimeoutMs: 5000 },
    });
    harness.source.behave(() => {});
    expectProblem(await harness.call({ headers: { 'Request-Timeout-Ms': '999999999' } }), 'exchange.timeout');
  });

  it('is not guessed where the header has another form', async () => {
    const harness = await gateway();
    for (const value of ['0', '-1', '1.5', '1s', '', '1e3', '9999999999', ['100', '200']]) {
      const reply = await harness.call({ headers: { 'Request-Timeout-Ms': value } });
      expectProblem(reply, 'request.malformed');
    }
    expect(harness.source.asked).toEqual([]);
  });

  it('says nothing against a source whose callers do not wait', async () => {
    const harness = await gateway({ breaker: { minimumCalls: 2 } });
    harness.source.behave((...asked) => setTimeout(() => good(...asked), 300));
    for (let call = 0; call < 5; call += 1)
      expectProblem(await harness.call({ headers: { 'Request-Timeout-Ms': '100' } }), 'exchange.timeout');
    expect(await harness.breakerEntries()).toEqual([]);
  });
});

describe('a place at a source', () => {
  it('is waited for by as many as may, and by nobody who left', async () => {
    const harness = await gateway({
      breaker: { concurrency: 1, waiting: 1, waitMs: 5000 },
      source: { firstByteTimeoutMs: 5000, totalTimeoutMs: 5000 },
    });
    const answers: (() => void)[] = [];
    harness.source.behave((...asked) => void answers.push(() => good(...asked)));
    const first = harness.call();
    await expect.poll(() => answers.length).toBe(1);
    const leaving = new AbortController();
    const left = harness.call({ signal: leaving.signal }).catch(() => 'left');
    await expect
      .poll(async () => await harness.metrics())
      .toMatch(/source_calls\{source="public-security[^}]*waiting"\} 1/);
    await expectEntered(harness, await harness.call(), { code: 'source.busy', stages: ['identify', 'authorize'] });
    leaving.abort();
    expect(await left).toBe('left');
    await expect
      .poll(async () => await harness.metrics())
      .toMatch(/source_calls\{source="public-security[^}]*waiting"\} 0/);
    const second = harness.call();
    await expect
      .poll(async () => await harness.metrics())
      .toMatch(/source_calls\{source="public-security[^}]*waiting"\} 1/);
    answers[0]?.();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });
});

it('a contract that does not say so is never asked twice', async () => {
  const harness = await gateway({ parts: having({ retry: RETRY, hedgeAfterMs: 50 }) });
  harness.source.behave(status(503));
  const reply = await harness.call({ path: ONCE_ONLY });
  expectProblem(reply, 'source.failed');
  expect(harness.source.asked).toHaveLength(1);
});
