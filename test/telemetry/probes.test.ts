import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { embeddedDatabase } from '../support/database.ts';
import { whileAway } from '../support/database-away.ts';
import { record } from '../support/fake-source.ts';
import { type Harness, startHarness } from '../support/harness.ts';

interface Ready {
  readonly status: number;
  readonly body: { readonly status: string; readonly checks: Readonly<Record<string, unknown>> };
}

async function ready({ gateway }: Harness): Promise<Ready> {
  const response = await fetch(`${gateway.urls.telemetry}/readyz`);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  return { status: response.status, body: (await response.json()) as Ready['body'] };
}

describe('the telemetry listener', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());

  it('says that the process lives, whatever else is wrong', async () => {
    const response = await fetch(`${harness.gateway.urls.telemetry}/livez?verbose`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'alive' }]);
  });

  it('says that the gateway is ready, what it serves, and that a commit survives', async () => {
    await harness.call();
    const { snapshot, ledger } = harness.gateway;
    expect(await ready(harness)).toEqual({
      status: 200,
      body: {
        status: 'ready',
        checks: {
          policy: {
            live: true,
            snapshot: snapshot.hash,
            contracts: snapshot.contracts.size,
            grants: snapshot.plans.length,
          },
          tls: { live: true, departments: 4 },
          ledger: { writable: true, guarded: true, size: (await ledger.head()).size },
          freezes: { everything: false, total: 0 },
          database: { kind: 'PostgreSQL', durable: true },
          process: { stopping: false },
        },
      },
    });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/metrics/'],
    ['GET', '/constructor'],
    ['GET', '/__proto__'],
    ['GET', '/exchange/public-security/resident-identity/v1'],
    ['GET', '/ledger/export'],
    ['POST', '/metrics'],
    ['DELETE', '/livez'],
    ['HEAD', '/readyz'],
  ])('has nothing at %s %s', async (method, path) => {
    const response = await fetch(`${harness.gateway.urls.telemetry}${path}`, { method });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(method === 'HEAD' ? '' : '{"status":"unknown"}');
  });

  it.each(['constructor', 'toString', '*', 'http://elsewhere/metrics'])(
    'has nothing at the target %s',
    async (target) => {
      const { hostname, port } = new URL(harness.gateway.urls.telemetry);
      const status = await new Promise<number>((resolve, reject) => {
        request({ hostname, port, path: target }, (response) => resolve(response.resume().statusCode ?? 0))
          .on('error', reject)
          .end();
      });
      expect([400, 404]).toContain(status);
    },
  );

  it('is not ready while the database is away, and is again when it is back', async () => {
    await whileAway(harness.database, async () => {
      const { status, body } = await ready(harness);
      expect(status).toBe(503);
      expect(body).toMatchObject({
        status: 'unready',
        checks: { ledger: { writable: false }, process: { stopping: false } },
      });
      expect((await fetch(`${harness.gateway.urls.telemetry}/livez`)).status).toBe(200);
    });
    expect((await ready(harness)).status).toBe(200);
  });

  it('is not ready when the gateway may not append', async () => {
    await harness.database.tamper('revoke execute on function ledger.append(text) from shuqiao_exchange');
    const { status, body } = await ready(harness);
    await harness.database.tamper('grant execute on function ledger.append(text) to shuqiao_exchange');
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'unready', checks: { ledger: { writable: false } } });
    expect((await ready(harness)).status).toBe(200);
  });
});

describe('with the embedded database', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ database: embeddedDatabase });
  });
  afterAll(async () => await harness.close());

  it('is ready, and says that a commit may not survive', async () => {
    const { status, body } = await ready(harness);
    expect(status).toBe(200);
    expect(body.checks['database']).toEqual({
      kind: 'embedded PostgreSQL (PGlite)',
      durable: false,
      notice: 'for trial only: it never calls fsync',
    });
    expect(harness.log.some((line) => line.includes('"event":"database-not-durable"'))).toBe(true);
  });
});

describe('a gateway that is told to stop', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness({ environment: { SHUQIAO_SHUTDOWN_TIMEOUT_MS: '10000' } });
  });
  afterEach(async () => {
    await harness.source.close();
    await harness.database.close();
  });

  it('says that it is not ready, takes no new connection, and answers what is under way', async () => {
    let release: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      harness.source.behave((...call) => {
        release = () => record(harness.resident)(...call);
        resolve();
      });
    });
    const underWay = harness.call();
    await asked;

    const stopped = harness.gateway.stop();
    expect(await ready(harness)).toMatchObject({
      status: 503,
      body: { status: 'unready', checks: { ledger: { writable: true }, process: { stopping: true } } },
    });
    expect((await fetch(`${harness.gateway.urls.telemetry}/livez`)).status).toBe(200);
    await expect(harness.call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    release();
    const reply = await underWay;
    expect(reply.status).toBe(200);
    expect((await reply.open())['data']).toMatchObject({ status: harness.resident.status });
    await stopped;
    expect((await harness.entries()).map(({ outcome }) => outcome)).toEqual(['released']);
    await expect(fetch(`${harness.gateway.urls.telemetry}/livez`)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    expect(harness.log.slice(-2).map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'exchange' },
      { event: 'stopped' },
    ]);
  });
});
