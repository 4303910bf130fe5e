import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import type { LedgerHead } from '../../src/domain/ledger-entry.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { whileAway } from '../support/database-away.ts';
import { status } from '../support/fake-source.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { entryNumber } from '../support/ledger.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ breaker: { minimumCalls: 2, restMs: 60_000 } });
  await harness.call();
  await harness.call({ system: undefined });
});
afterAll(async () => await harness.close());

const get = async (path: string, init?: RequestInit) => await fetch(`${harness.gateway.urls.control}${path}`, init);

async function verify(lines: string, pinned?: LedgerHead): Promise<Verification> {
  const expected = pinned === undefined ? {} : { pinned: { size: pinned.size, hash: pinned.chain } };
  return await verifyExport(Readable.from([lines]), expected);
}

/** A request that may say any Host: `fetch` says its own. */
async function getWith(headers: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(harness.gateway.urls.control);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path: '/sources', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    })
      .on('error', reject)
      .end();
  });
}

describe('/ledger/export', () => {
  it('gives the whole ledger, for verifying elsewhere', async () => {
    const response = await get('/ledger/export');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const head = await harness.gateway.ledger.head();
    expect(head.size).toBe(2);
    expect(await verify(await response.text(), head)).toMatchObject({ verdict: 'verified', ...head });
  });

  it('streams more than one page, in order and without a gap', async () => {
    const { append } = ledgerWriter(harness.database.databases.exchange);
    await Promise.all(Array.from({ length: 2500 }, async (_, number) => await append(entryNumber(number))));
    const response = await get('/ledger/export');
    expect(response.headers.get('content-length')).toBeNull();
    const head = await harness.gateway.ledger.head();
    expect(await verify(await response.text(), head)).toMatchObject({ verdict: 'verified', ...head, size: 2502 });
  });

  it('is a snapshot: what is appended while it is read is not half in it', async () => {
    const { append } = ledgerWriter(harness.database.databases.exchange);
    const { size } = await harness.gateway.ledger.head();
    const response = await get('/ledger/export');
    const [lines] = await Promise.all([
      response.text(),
      Promise.all(Array.from({ length: 300 }, async (_, number) => await append(entryNumber(number)))),
    ]);
    const verification = await verify(lines);
    expect(verification.verdict).toBe('consistent');
    expect(verification.size).toBeGreaterThanOrEqual(size);
    expect(lines.trimEnd().split('\n')).toHaveLength(verification.size + 2);
  });

  it('is a problem, and no empty file, while the database is away', async () => {
    const response = await whileAway(harness.database, async () => await get('/ledger/export'));
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'ledger.unwritable', status: 503 });
    expect((await get('/ledger/export').then(async (again) => await verify(await again.text()))).verdict).toBe(
      'consistent',
    );
  });
});

describe('/sources', () => {
  it('shows every source with its breaker, and its opening', async () => {
    const { snapshot } = harness.gateway;
    const ids = new Set([...snapshot.contracts.values()].map(({ source }) => source.id));
    const sources = async () =>
      ((await (await get('/sources')).json()) as { sources: { id: string; breaker: string }[] }).sources;
    expect(new Map((await sources()).map(({ id, breaker }) => [id, breaker]))).toEqual(
      new Map([...ids].map((id) => [id, 'closed'])),
    );
    harness.source.behave(status(500));
    for (let call = 0; call < 3; call += 1) await harness.call();
    const asked = snapshot.contracts.get('public-security.resident-identity.v1')?.source.id;
    expect((await sources()).filter(({ breaker }) => breaker === 'open')).toEqual([
      { id: asked, breaker: 'open', endpoints: ['open'], inProgress: 0, waiting: 0, authentication: 'mutual-tls' },
    ]);
  });
});

describe('the control listener', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', 'localhost:8081', '127.0.0.1:1'])('answers as %s', async (host) => {
    expect((await getWith({ host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8081',
    'localhost.evil.example',
    'localhost:8081@evil.example',
    '127.0.0.1.nip.io',
    '0.0.0.0',
    '::1',
    'localhost.',
  ])('refuses a page that came by the name %j', async (host) => {
    const { status, body } = await getWith({ host });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:shuqiao:problem:route.foreign-host',
      code: 'route.foreign-host',
    });
  });

  it('refuses who does not say which host it wants', async () => {
    const socket = connect(Number(new URL(harness.gateway.urls.control).port), '127.0.0.1');
    socket.end('GET /sources HTTP/1.0\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('"code":"route.foreign-host"');
  });

  it('does not believe a proxy about the host', async () => {
    const { status } = await getWith({ host: 'evil.example', 'x-forwarded-host': 'localhost' });
    expect(status).toBe(403);
  });

  it('gives no other page leave to read it', async () => {
    const response = await get('/sources', { headers: { Origin: 'https://evil.example' } });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it.each([
    '/',
    '/ledger',
    '/exchange/public-security/resident-identity/v1',
    '/metrics',
    '/sources/1',
    '/../sources/..',
  ])('has nothing at %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      code: 'route.unknown',
      requestId: response.headers.get('request-id'),
    });
  });

  it.each(
    ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      ['/ledger/export', '/sources'].map((path) => [method, path]),
    ),
  )('has no way to write: %s %s', async (method, path) => {
    const { size } = await harness.gateway.ledger.head();
    const response = await get(path ?? '', { method: method ?? '', body: '{}' });
    expect([404, 405]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(['route.unknown', 'route.method-not-allowed']).toContain(((await response.json()) as { code: string }).code);
    expect((await harness.gateway.ledger.head()).size).toBe(size);
  });
});

describe('/grants/{grant}', () => {
  it.each(['schema', 'openapi'])('%s is that of the policy that is live', async (document) => {
    const response = await get(`/grants/open-a-shop-identity/${document}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const plan = harness.gateway.snapshot.plans.find(({ grant }) => grant.id === 'open-a-shop-identity');
    expect(await response.text()).toContain(document === 'schema' ? 'nameMatches' : (plan?.hash ?? 'no plan'));
  });

  it('is nothing for a grant that there is not', async () => {
    const response = await get('/grants/everything/schema');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'route.unknown' });
  });
});
