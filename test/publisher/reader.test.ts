import { randomBytes } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createReaderApp } from '../../src/publisher/reader-app.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const FILES = {
  'static/checkpoint': 'ledger.gateway.example/1\n1\nAAAA\n\n— signature\n',
  'static/tile/0/000.p/1': Buffer.alloc(32, 1),
  'static/tile/entries/x001/067': Buffer.alloc(100_000, 2),
  'static/tile/0/000.new': 'draft',
  secret: 'not to be read',
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

async function reader(): Promise<(path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>> {
  const folder = `${scratchFolder(FILES)}/static`;
  const app = createReaderApp({ folder, peerOf: undefined, clock: { now: Date.now }, random: { bytes: randomBytes } });
  const handle = app.callback();
  const server = createServer((req, res) => void handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => await new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return async (path, headers = {}, method = 'GET') =>
    await new Promise((resolve, reject) => {
      // Not fetch: it would put the path in order before it sends it.
      request({ port, path, method, headers: { Host: 'localhost', ...headers }, agent: false }, (res) => {
        let body = '';
        res.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
      })
        .on('error', reject)
        .end();
    });
}

it('serves the checkpoint to be asked for again, and tiles and bundles for good', async () => {
  const get = await reader();
  const checkpoint = await get('/checkpoint');
  expect([checkpoint.status, checkpoint.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(checkpoint.headers['cache-control']).toBe('no-cache');
  expect(Buffer.from(checkpoint.body, 'latin1').toString('utf8')).toBe(FILES['static/checkpoint']);
  for (const [path, length] of [
    ['/tile/0/000.p/1', 32],
    ['/tile/entries/x001/067', 100_000],
  ] as const) {
    const { status, headers, body } = await get(path);
    expect([status, headers['content-type'], headers['content-length']]).toEqual([
      200,
      'application/octet-stream',
      String(length),
    ]);
    expect(headers['cache-control']).toContain('immutable');
    expect(body).toHaveLength(length);
  }
});

it('answers 304 to who has it, and HEAD without a body', async () => {
  const get = await reader();
  for (const path of ['/checkpoint', '/tile/0/000.p/1']) {
    const etag = String((await get(path)).headers['etag']);
    expect(await get(path, { 'If-None-Match': `"other", ${etag}` })).toMatchObject({ status: 304, body: '' });
    expect(await get(path, { 'If-None-Match': '"other"' })).toMatchObject({ status: 200 });
    expect(await get(path, {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { etag } });
  }
});

it.each([
  '/',
  '/secret',
  '/../secret',
  '/tile/../../secret',
  '/tile/0/../0/000.p/1',
  '/tile/0/%2e%2e/000.p/1',
  '//checkpoint',
  '/checkpoint/',
  '/checkpoint?x',
  '/tile/0/000.new',
  '/tile/00/000.p/1',
  '/tile/0/000.p/01',
  '/tile/0/000.p/256',
  '/tile/0/000',
  '/tile/0/x000/000',
  '/tile/entries/x001/067\u0000',
])('answers %j with a problem: it is not there', async (path) => {
  const get = await reader();
  const answer = await get(encodeURI(path).replaceAll('%25', '%'));
  expect(answer.status).toBe(404);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'route.unknown' });
});

it('takes nothing but GET and HEAD, and no name but that of this machine', async () => {
  const get = await reader();
  expect(await get('/checkpoint', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  expect((await get('/checkpoint', { Host: 'evil.example' })).status).toBeGreaterThanOrEqual(400);
});
