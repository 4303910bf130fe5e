import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { connectRaw, type RawConnection, rawRequest, statuses } from '../support/raw-connection.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ environment: { SHUQIAO_MAX_REQUEST_BYTES: '2048' } });
});
afterAll(async () => await harness.close());

const ask = JSON.stringify({ purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } });
const good = rawRequest(IDENTITY, ask);
const last = rawRequest(IDENTITY, ask, { headers: { Connection: 'close' } });

async function connect(): Promise<RawConnection> {
  return await connectRaw(harness.gateway.urls.exchange);
}

async function answers(connection: RawConnection, count: number): Promise<readonly number[]> {
  await expect.poll(() => statuses(connection.received()).length, { timeout: 5000 }).toBe(count);
  return statuses(connection.received());
}

describe('several requests on one connection', () => {
  it('that are refused for what they say leave it good for the next', async () => {
    const connection = await connect();
    connection.send(rawRequest(IDENTITY, '{"purpose":'));
    expect(await answers(connection, 1)).toEqual([400]);
    connection.send(rawRequest('/nowhere', '', { method: 'GET' }));
    expect(await answers(connection, 2)).toEqual([400, 404]);
    connection.send(rawRequest(IDENTITY, ask, { headers: { Accept: 'text/html' } }));
    expect(await answers(connection, 3)).toEqual([400, 404, 406]);
    connection.send(last);
    await connection.ended();
    expect(statuses(connection.received())).toEqual([400, 404, 406, 200]);
  });

  it('are answered in order although they were sent without waiting', async () => {
    const connection = await connect();
    connection.send(good + rawRequest('/nowhere', '', { method: 'GET' }) + rawRequest(IDENTITY, '[]') + last);
    await connection.ended();
    expect(statuses(connection.received())).toEqual([200, 404, 400, 200]);
  });

  it('have an id and an exchange each', async () => {
    const connection = await connect();
    connection.send(good + good + last);
    await connection.ended();
    for (const header of ['request-id', 'exchange-id']) {
      const ids = Array.from(connection.received().matchAll(new RegExp(`^${header}: (\\S+)`, 'gim')), ([, id]) => id);
      expect(ids).toHaveLength(3);
      expect(new Set(ids).size).toBe(3);
    }
  });
});

describe('what is left of a body that was not read', () => {
  // The unread body holds a request: a gateway that went on with the connection would carry it out.
  it.for([
    ['announced and too large', { 'Content-Length': '1000000' }, 413],
    ['too large and in chunks', { 'Transfer-Encoding': 'chunked' }, 413],
  ] as const)('%s is never taken for the next request', async ([, headers, status]) => {
    const before = (await harness.entries()).length;
    const asked = harness.source.asked.length;
    const connection = await connect();
    const body = 'Transfer-Encoding' in headers ? `ffffff\r\n${' '.repeat(4000)}${good}` : `${' '.repeat(4000)}${good}`;
    connection.send(rawRequest(IDENTITY, body, { headers }));
    connection.send(good);
    await connection.ended();
    expect(statuses(connection.received())).toEqual([status]);
    expect(await harness.entries()).toHaveLength(before + 1);
    expect(harness.source.asked).toHaveLength(asked);
  });

  it('of a caller that is refused before its body is looked at is never taken for the next request', async () => {
    const before = (await harness.entries()).length;
    const connection = await connect();
    const headers = { Accept: 'text/html', 'Content-Length': '500000' };
    connection.send(rawRequest(IDENTITY, `${' '.repeat(100_000)}${good}`, { headers }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([406]);
    expect(connection.received()).toMatch(/^connection: close\r$/im);
    expect(await harness.entries()).toHaveLength(before + 1);
  });
});

describe('what two readers could read as different requests', () => {
  it.for([
    ['two lengths', `POST ${IDENTITY} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}    `],
    [
      'a length and chunks',
      rawRequest(IDENTITY, '0\r\n\r\n', { headers: { 'Transfer-Encoding': 'chunked', 'Content-Length': '5' } }),
    ],
    ['a length with a sign', rawRequest(IDENTITY, ask, { headers: { 'Content-Length': `+${ask.length}` } })],
    [
      'chunks of no size',
      rawRequest(IDENTITY, 'zz\r\n{}\r\n0\r\n\r\n', { headers: { 'Transfer-Encoding': 'chunked' } }),
    ],
    ['a coding that is not known', rawRequest(IDENTITY, '{}', { headers: { 'Transfer-Encoding': 'x, y' } })],
    ['a header that is folded', `POST ${IDENTITY} HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
    ['a blank before the colon', `POST ${IDENTITY} HTTP/1.1\r\nHost : a\r\nContent-Length: 0\r\n\r\n`],
    ['line feeds alone', good.replaceAll('\r\n', '\n')],
  ] as const)('%s: one answer at most, no exchange, and the connection closed', async ([, bytes]) => {
    const asked = harness.source.asked.length;
    const connection = await connect();
    connection.send(bytes + good);
    await connection.ended();
    expect(statuses(connection.received()).filter((status) => status !== 400 && status !== 408)).toEqual([]);
    expect(statuses(connection.received()).length).toBeLessThanOrEqual(1);
    expect(harness.source.asked).toHaveLength(asked);
  });

  it('a request that names no host is refused and carried out by nobody', async () => {
    const before = await harness.entries();
    const connection = await connect();
    connection.send(good.replace('Host: localhost\r\n', ''));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([400]);
    expect(await harness.entries()).toEqual(before);
  });

  it('a head larger than any caller of ours needs is refused', async () => {
    const connection = await connect();
    connection.send(rawRequest(IDENTITY, ask, { headers: { 'X-Large': 'x'.repeat(20_000) } }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([400]);
  });
});

describe('every answer', () => {
  it.for([
    ['of an exchange', last],
    ['of a refusal', rawRequest(IDENTITY, '[]', { headers: { Connection: 'close' } })],
    ['of an unknown address', rawRequest('/', '', { headers: { Connection: 'close' } })],
    [
      'to what expects something unheard of',
      rawRequest(IDENTITY, ask, { headers: { Expect: 'the-best', Connection: 'close' } }),
    ],
    ['to what is no HTTP', 'citizen 42\r\n\r\n'],
  ])('%s is stored by nobody', async ([, bytes = '']) => {
    const connection = await connect();
    connection.send(bytes);
    await connection.ended();
    expect(statuses(connection.received())).toHaveLength(1);
    expect(connection.received()).toMatch(/^cache-control: no-store\r$/im);
  });
});
