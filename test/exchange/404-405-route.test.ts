import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { canaries, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { connectRaw, rawRequest, statuses } from '../support/raw-connection.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const { residentId, name } = exampleResident();

describe('an address that is no exchange', () => {
  it.for([
    '/',
    '/exchange',
    `${IDENTITY}/`,
    `${IDENTITY}/${residentId}`,
    `/exchange/${encodeURIComponent(name)}/resident-identity/v1`,
    '/exchange/public-security/resident-identity',
    '/exchange/public-security/resident-identity/v0',
    '/exchange/public-security/resident-identity/v01',
    '/exchange/public-security/resident-identity/v10000',
    '/exchange/public-security/resident-identity/1',
    '/exchange/Public-Security/resident-identity/v1',
    '/exchange/public-security/resident-identity/v1%0a',
    '/exchange/public%2Dsecurity/resident-identity/v1',
    '/exchange/public-security//v1',
    `//public-security${IDENTITY}`,
    '/ledger/export',
    '/sources',
    '/metrics',
  ])('%s is unknown, whoever asks, and nothing is entered', async (path) => {
    const before = harness.source.asked.length;
    for (const method of ['POST', 'GET']) {
      expectProblem(await harness.call({ path, method }), 'route.unknown');
      expectProblem(await harness.call({ path, method, system: undefined }), 'route.unknown');
    }
    expect(await harness.entries()).toEqual([]);
    expect(harness.source.asked).toHaveLength(before);
  });

  it.for([
    '/exchange/../exchange/public-security/resident-identity/v1',
    '/x/%2e%2e/exchange/public-security/a/v1',
    '*',
  ])('%s is taken as it stands, and so is unknown', async (path) => {
    const connection = await connectRaw(harness.gateway.urls.exchange);
    connection.send(rawRequest(path, '{}', { headers: { Connection: 'close' } }));
    await connection.ended();
    expect(statuses(connection.received())).toEqual([404]);
    expect(connection.received()).toContain('"code":"route.unknown"');
  });

  it('is not repeated in the log or the metrics', async () => {
    expectNoneOf(await kept(harness), [...canaries(), encodeURIComponent(name)]);
  });
});

describe('an exchange by another method', () => {
  it.for(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused, and POST is named', async (method) => {
    const reply = await harness.call({ method, body: { purpose: 'open-a-shop', query: { residentId } } });
    expectProblem(reply, 'route.method-not-allowed');
    expect(reply.headers['allow']).toBe('POST');
    expect(await harness.entries()).toEqual([]);
  });

  it('HEAD is refused with the same headers and no body', async () => {
    const reply = await harness.call({ method: 'HEAD' });
    expect(reply.status).toBe(405);
    expect(reply.body).toBe('');
    expect(reply.headers).toMatchObject({ allow: 'POST', 'cache-control': 'no-store', 'error-origin': 'gateway' });
  });
});

describe('the query string of an exchange', () => {
  it('is no part of the question and is kept nowhere', async () => {
    const reply = await harness.call({ path: `${IDENTITY}?residentId=${residentId}` });
    expect(reply.status).toBe(200);
    expectNoneOf(await kept(harness), canaries());
  });
});
