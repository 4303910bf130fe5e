import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, record, status } from '../support/fake-source.ts';
import { type CallOptions, exampleResident, type Harness, startHarness } from '../support/harness.ts';

const EXCHANGES = 200;
const CONCURRENCY = 8;
const HEAP_GROWTH_BYTES = 30 * 1024 * 1024;
const MIXED: readonly [Behaviour, CallOptions][] = [
  [status(500), {}],
  [status(404), {}],
  [(req) => req.socket.destroy(), {}],
  [(req) => req.socket.end('no HTTP'), {}],
  [record('x'.repeat(200_000)), {}],
  [record({ nobody: true }), {}],
  [() => {}, {}],
  [(_req, res) => res.writeHead(200, { 'Content-Type': 'application/json' }).write('{'), {}],
  [record({}), { system: undefined }],
  [record({}), { body: [] }],
  [record({}), { body: Buffer.alloc(70_000, 'x') }],
  [record({}), { path: '/nowhere' }],
];
const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning', 'exit', 'SIGTERM', 'beforeExit'] as const;

let harness: Harness;
const warnings: string[] = [];
const warned = (warning: Error): void => void warnings.push(warning.name);
beforeAll(async () => {
  harness = await startHarness({
    source: { firstByteTimeoutMs: 100, totalTimeoutMs: 150 },
    breaker: { concurrency: CONCURRENCY, minimumCalls: 100_000 },
  });
  process.on('warning', warned);
});
afterAll(async () => {
  process.off('warning', warned);
  await harness.close();
});

async function failMixed(times: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let done = 0; done < times; done += CONCURRENCY) {
    const [behaviour, call] = MIXED[(done / CONCURRENCY) % MIXED.length] ?? [status(500), {}];
    harness.source.behave(behaviour);
    const replies = Array.from({ length: CONCURRENCY }, async () => (await harness.call(call)).status);
    statuses.push(...(await Promise.all(replies)));
  }
  return statuses;
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return getHeapStatistics().used_heap_size;
}

describe(`${EXCHANGES} exchanges that fail in every way there is`, () => {
  it('leave no connection, no listener, no call in progress and no memory behind', async () => {
    await failMixed(MIXED.length * CONCURRENCY); // everything has been loaded and every pool filled once
    const listeners = EVENTS.map((event) => process.listenerCount(event));
    const heap = heapAfterCollection();
    const statuses = await failMixed(EXCHANGES);
    expect(statuses).toHaveLength(EXCHANGES);
    expect(statuses.filter((code) => code < 400)).toEqual([]);

    expect(harness.source.open()).toBeLessThanOrEqual(CONCURRENCY);
    expect(EVENTS.map((event) => process.listenerCount(event))).toEqual(listeners);
    expect(heapAfterCollection() - heap).toBeLessThan(HEAP_GROWTH_BYTES);
    expect(warnings).toEqual([]);
  });

  it('leave the source with as many places as it had', async () => {
    let waiting: (() => void)[] = [];
    const good = record(exampleResident());
    harness.source.behave((req, res, query) => {
      waiting.push(() => good(req, res, query));
      // All places are taken at once, or this would wait until the gateway gives up on it.
      if (waiting.length < CONCURRENCY) return;
      for (const answer of waiting) answer();
      waiting = [];
    });
    const replies = await Promise.all(Array.from({ length: CONCURRENCY }, async () => await harness.call()));
    expect(replies.map(({ status }) => status)).toEqual(Array(CONCURRENCY).fill(200));
  });
});
