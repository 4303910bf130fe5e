import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, kept } from '../support/problems.ts';
import { connectRaw, rawRequest, statuses } from '../support/raw-connection.ts';

const LIMIT = 2048;
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    environment: { SHUQIAO_REQUEST_TIMEOUT_MS: '300', SHUQIAO_MAX_REQUEST_BYTES: String(LIMIT) },
  });
});
afterAll(async () => await harness.close());

const { residentId } = exampleResident();
const ask = JSON.stringify({ purpose: 'open-a-shop', query: { residentId } });
const tooLarge = { code: 'request.too-large', stages: ['identify'] } as const;

describe('a body that is too large', () => {
  it.for([LIMIT + 1, 3 * LIMIT, 1_000_000])('of %i bytes is refused by its announced length', async (size) => {
    const reply = await harness.call({ body: Buffer.from(ask.padEnd(size)) });
    await expectEntered(harness, reply, tooLarge);
  });

  it('is refused as it comes if no length is announced', async () => {
    const connection = await connectRaw(harness.gateway.urls.exchange);
    const chunk = `400\r\n${ask.padEnd(1024)}\r\n`;
    connection.send(rawRequest(IDENTITY, chunk.repeat(3), { headers: { 'Transfer-Encoding': 'chunked' } }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([413]);
    expect(connection.received()).toContain('"code":"request.too-large"');
    expect((await harness.entries()).at(-1)).toMatchObject(tooLarge);
  });

  it('is refused without waiting for it when the caller asks whether to send it', async () => {
    const connection = await connectRaw(harness.gateway.urls.exchange);
    const headers = { Expect: '100-continue', 'Content-Length': '50000000' };
    connection.send(rawRequest(IDENTITY, '', { headers }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([413]);
  });

  it('of exactly the limit is read', async () => {
    const reply = await harness.call({ body: Buffer.from(ask.padEnd(LIMIT)) });
    expect(reply.status).toBe(200);
    expect((await harness.entries()).at(-1)).toMatchObject({ sizes: { request: LIMIT } });
  });
});

describe('a body that does not come', () => {
  it.for([
    ['not at all', ''],
    ['not to its end', ask.slice(0, 20)],
  ])('%s is waited for as long as is configured, then refused, and the connection closed', async ([, part = '']) => {
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, part, { headers: { 'Content-Length': String(ask.length) } }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([408]);
    expect(connection.received()).toMatch(/^connection: close\r$/im);
    expect((await harness.entries()).at(-1)).toMatchObject({
      outcome: 'refused',
      code: 'request.timeout',
      stages: ['identify'],
    });
  });

  it('fast enough is refused, although something comes all the time', async () => {
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, '', { headers: { 'Content-Length': '1000' } }));
    const drip = setInterval(() => connection.send(' '), 20);
    await connection.ended();
    clearInterval(drip);
    expect(statuses(connection.received())).toEqual([408]);
  });

  it('because the caller left half way is no refusal but a caller who left', async () => {
    const before = (await harness.entries()).length;
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(IDENTITY, ask.slice(0, 20), { headers: { 'Content-Length': String(ask.length) } }));
    await expect.poll(() => harness.log.length).toBeGreaterThan(0);
    connection.socket.destroy();
    await expect.poll(async () => (await harness.entries()).length).toBe(before + 1);
    expect((await harness.entries()).at(-1)).toMatchObject({ outcome: 'failed', code: 'caller.left' });
  });
});

it('no part of a body that was refused is kept', async () => {
  expect(harness.source.asked).toHaveLength(1);
  expectNoneOf(await kept(harness), canaries());
});
