import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { record } from '../support/fake-source.ts';
import { exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ source: { firstByteTimeoutMs: 300, totalTimeoutMs: 600 } });
});
afterAll(async () => await harness.close());

const text = JSON.stringify(exampleResident());
const timeout = { code: 'source.timeout', stages: ['identify', 'authorize'] } as const;
const HEAD = { 'Content-Type': 'application/json' };

describe('a source that does not answer in time', () => {
  it.for<[string, Parameters<Harness['source']['behave']>[0]]>([
    ['never answers', () => {}],
    ['answers a head and nothing more', (_req, res) => res.writeHead(200, HEAD).flushHeaders()],
    ['answers half a record and nothing more', (_req, res) => res.writeHead(200, HEAD).write(text.slice(0, 99))],
    [
      'answers a byte at a time',
      (_req, res) => {
        res.writeHead(200, HEAD);
        const drip = setInterval(() => res.write(' '), 30);
        res.on('close', () => clearInterval(drip));
      },
    ],
  ])('%s: nothing is released, and the call to it is ended', async ([, behaviour]) => {
    const carriers: { readonly destroyed: boolean }[] = [];
    harness.source.behave((req, res, query) => {
      carriers.push(req.socket);
      behaviour(req, res, query);
    });
    await expectEntered(harness, await harness.call(), timeout);
    await expect.poll(() => carriers.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('does not take its neighbours with it', async () => {
    let first = true;
    harness.source.behave((req, res, query) => {
      if (first) first = false;
      else record(exampleResident())(req, res, query);
    });
    const replies = await Promise.all(Array.from({ length: 5 }, async () => await harness.call()));
    const statuses = replies.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([200, 200, 200, 200, 504]);
  });

  it('leaves nothing of the question or of half an answer anywhere', async () => {
    expectNoneOf(await kept(harness), canaries());
  });
});
