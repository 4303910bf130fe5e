import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ProblemCode } from '../../src/domain/problems.ts';
import { parseResidentId } from '../../src/semantic/resident-id.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { type Behaviour, record, startFakeSource, status } from '../support/fake-source.ts';
import { exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { canaries, type Errors, expectEntered, expectNoneOf, kept } from '../support/problems.ts';

const LIMIT = 65_536;
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const resident = exampleResident();
const text = JSON.stringify(resident);
const { residentId } = resident;
const AUTHORIZED = ['identify', 'authorize'] as const;
const FETCHED = [...AUTHORIZED, 'fetch'] as const;
const JSON_HEAD = { 'Content-Type': 'application/json' };

/** @param broken where it broke its contract, for who reads the ledger; the caller is not told */
async function expectNothing(behaviour: Behaviour, code: ProblemCode, broken?: Errors): Promise<void> {
  harness.source.behave(behaviour);
  // Stage 4 draws the conclusion of a body that was read; what could not be read is stage 3's.
  const isRead = code === 'source.contract-broken' && broken !== undefined;
  const reply = await harness.call();
  const entry = await expectEntered(harness, reply, {
    code,
    stages: isRead ? FETCHED : AUTHORIZED,
  });
  expect(entry).toMatchObject({ outcome: 'failed', origin: 'provider', grant: 'open-a-shop-identity' });
  expect(Object.keys(entry['digests'] ?? {})).not.toContain('released');
  expect(entry['broken']).toEqual(broken);
  if (isRead) expect(reply.problem().errors).toBeUndefined();
}

const body =
  (content: string | Uint8Array, headers: Record<string, string> = {}): Behaviour =>
  (_req, res) =>
    res.writeHead(200, { ...JSON_HEAD, ...headers }).end(content);
const raw =
  (bytes: string): Behaviour =>
  (req) =>
    req.socket.end(bytes);

describe('a source that answers with a status', () => {
  it.for<[number, ProblemCode]>([
    [201, 'source.refused'],
    [202, 'source.refused'],
    [206, 'source.refused'],
    [304, 'source.refused'],
    [400, 'source.refused'],
    [401, 'source.unauthorized'],
    [403, 'source.unauthorized'],
    [404, 'source.refused'],
    [418, 'source.refused'],
    [429, 'source.refused'],
    [500, 'source.failed'],
    [503, 'source.failed'],
    [599, 'source.failed'],
  ])('%i gives nothing, whatever record comes with it: %s', async ([code, problem]) => {
    await expectNothing((_req, res) => res.writeHead(code, JSON_HEAD).end(code === 304 ? undefined : text), problem);
  });

  it('that redirects is not followed, wherever it points', async () => {
    const canary = await startFakeSource(record(resident));
    onTestFinished(canary.close);
    for (const code of [301, 302, 303, 307, 308]) {
      await expectNothing(status(code, { Location: `${canary.origin}/residents/find` }), 'source.refused');
    }
    expect(canary.asked).toEqual([]);
    expect(canary.open()).toBe(0);
  });

  it('204 has no record, even if it says it has', async () => {
    harness.source.behave(raw(`HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n${text}`));
    const reply = await harness.call();
    expect(await reply.open()).toMatchObject({ data: null });
  });
});

describe('a source whose answer is no record of its contract', () => {
  const member = (name: string, value: unknown): string => JSON.stringify({ ...resident, [name]: value });
  it.for<[string, string | Uint8Array, string, string]>([
    ['nothing', '', '', 'not-json'],
    ['half of it', text.slice(0, -5), '', 'not-json'],
    ['two records', text + text, '', 'not-json'],
    ['a page', '<html></html>', '', 'not-json'],
    ['bytes that are no UTF-8', Buffer.from(text, 'latin1'), '', 'not-utf8'],
    ['a key that stands twice', text.replace('{', '{"status":"死亡",'), '', 'duplicate-key'],
    ['__proto__', text.replace('{', '{"__proto__":{"mobile":null},'), '', 'forbidden-key'],
    ['a number that changes when read', text.replace('{', '{"n":6222020200112233445,'), '', 'unsafe-number'],
    ['nested without end', text.replace('{', `{"n":${'['.repeat(5000)}${']'.repeat(5000)},`), '', 'too-deep'],
    ['a list', `[${text}]`, '', 'type'],
    ['null', 'null', '', 'type'],
    ['a member too many', member('loyaltyPoints', 7), '', 'additionalProperties'],
    ['a member too few', JSON.stringify({ ...resident, mobile: undefined }), '', 'required'],
    ['a value of another type', member('name', 7), '/name', 'type'],
    ['a value that is not in the list', member('status', '在逃'), '/status', 'enum'],
    ['a date that is none', member('birthDate', '1990-02-30'), '/birthDate', 'format'],
    [
      'a fault deep in a list',
      member('household', { number: '110199001', members: [{}] }),
      '/household/members/0',
      'required',
    ],
  ])(
    '%s: nothing is released, and where it broke is in the ledger only, without what it said',
    async ([, content, pointer, rule]) => {
      await expectNothing(body(content), 'source.contract-broken', [{ pointer, rule }]);
    },
  );

  it('about another person gives nothing of either', async () => {
    const other = generateRegisters().residents.find((someone) => someone.residentId !== residentId);
    await expectNothing(record(other), 'source.contract-broken', [{ pointer: '/residentId', rule: 'another-subject' }]);
    const near = `${residentId.slice(0, 17)}${residentId.endsWith('X') ? '1' : 'X'}`;
    await expectNothing(record({ ...resident, residentId: near }), 'source.contract-broken', [
      { pointer: '/residentId', rule: 'another-subject' },
    ]);
  });

  it('under the 15 digits of the same person is the same person', async () => {
    const old = residentId.slice(0, 6) + residentId.slice(8, 17);
    expect(parseResidentId(old)?.id).toBe(residentId);
    harness.source.behave(record({ ...resident, residentId: old }));
    expect((await harness.call()).status).toBe(200);
  });

  it('gives nothing, whatever member of it is replaced by whatever', async () => {
    const allowed = new Set(['formerName', 'ethnicity', 'name', 'mobile', 'household']);
    const names = Object.keys(resident).filter((name) => !allowed.has(name));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), async (name, value) => {
        fc.pre(!(name === 'birthDate' && typeof value === 'string'));
        harness.source.behave(body(member(name, value)));
        expect((await harness.call()).status).toBe(502);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a source whose answer cannot be taken as JSON', () => {
  it.for([
    ['text/html', {}],
    ['text/json', {}],
    ['application/octet-stream', {}],
    ['application/jsonp', {}],
    ['', {}],
    ['application/json', { 'Content-Encoding': 'compress' }],
    ['application/json', { 'Content-Encoding': 'gzip, gzip' }],
    ['application/json', { 'Content-Encoding': 'zstd' }],
    ['application/json', { 'Content-Encoding': '__proto__' }],
    ['application/json', { 'Content-Encoding': '' }],
    ['application/json', { 'Content-Encoding': 'gzip' }],
    ['application/json', { 'Content-Encoding': 'br' }],
    ['application/json', { 'Content-Encoding': 'deflate' }],
  ] as const)('content type %j with %j: nothing is released', async ([type, headers]) => {
    await expectNothing(body(text, { 'Content-Type': type, ...headers }), 'source.contract-broken');
  });

  it('because two content types came', async () => {
    await expectNothing(
      (_req, res) => res.writeHead(200, ['Content-Type', 'text/html', 'Content-Type', 'application/json']).end(text),
      'source.contract-broken',
    );
  });

  it.for([
    ['gzip, cut off', 'gzip', gzipSync(text).subarray(0, -9)],
    ['gzip with a wrong checksum', 'gzip', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)])],
    ['brotli, cut off', 'br', brotliCompressSync(text).subarray(0, -4)],
    ['deflate without its frame', 'deflate', deflateRawSync(text)],
    ['gzip twice under one name', 'gzip', gzipSync(gzipSync(text))],
  ] as const)('%s: nothing is released', async ([name, encoding, content]) => {
    const isReadable = name.includes('twice');
    const errors = isReadable ? [{ pointer: '', rule: 'not-utf8' }] : undefined;
    await expectNothing(body(content, { 'Content-Encoding': encoding }), 'source.contract-broken', errors);
  });

  it.for([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
  ] as const)('%s of a record is a record', async ([encoding, content]) => {
    harness.source.behave(body(content, { 'Content-Encoding': encoding }));
    expect((await harness.call()).status).toBe(200);
  });
});

describe('a source that sends too much', () => {
  const bomb = Buffer.alloc(64 * 1024 * 1024, ' ');

  it.for([
    ['one byte past the limit', text.padEnd(LIMIT - Buffer.byteLength(text) + text.length + 1), {}],
    ['64 MiB', bomb, {}],
    ['64 MiB in a gzip of 64 KiB', gzipSync(bomb, { level: 9 }).subarray(), { 'Content-Encoding': 'gzip' }],
    ['64 MiB in a brotli of a few bytes', brotliCompressSync(bomb), { 'Content-Encoding': 'br' }],
    [
      '64 MiB in chunks of gzip',
      Buffer.concat(Array.from({ length: 8 }, () => gzipSync(Buffer.alloc(65_536, ' ')))),
      { 'Content-Encoding': 'gzip' },
    ],
  ] as const)('%s: no more than the limit is taken', async ([, content, headers]) => {
    await expectNothing(body(content, headers), 'source.too-large');
  });

  it('without end is cut off', async () => {
    let sent = 0;
    await expectNothing((_req, res) => {
      res.writeHead(200, JSON_HEAD);
      const chunk = Buffer.alloc(65_536, ' ');
      const more = (): void => {
        while (!res.destroyed && sent < 512 * 1024 * 1024) {
          sent += chunk.length;
          if (!res.write(chunk)) {
            res.once('drain', more);
            return;
          }
        }
      };
      more();
    }, 'source.too-large');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('of exactly the limit is read', async () => {
    harness.source.behave(body(text + ' '.repeat(LIMIT - Buffer.byteLength(text))));
    expect((await harness.call()).status).toBe(200);
  });
});

describe('a source that does not speak HTTP', () => {
  it.for([
    ['something else', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTTP of another version', `HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\n{}`],
    [
      'a chunk of no size',
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
  ])('but %s: nothing is released', async ([, bytes = '']) => {
    await expectNothing(raw(bytes), 'source.failed');
  });

  it('but says two lengths: nothing is released', async () => {
    const lengths = 'Content-Length: 2\r\nContent-Length: 3\r\n';
    await expectNothing(
      raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${lengths}\r\n{} `),
      'source.unavailable',
    );
  });

  it('but promises less than it sends: the record is cut off there and so is none', async () => {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n`;
    harness.source.behave(raw(head + text));
    const reply = await harness.call();
    expect([502, 503]).toContain(reply.status);
    expect((await harness.entries()).at(-1)).toMatchObject({ outcome: 'failed' });
  });
});

it('a source that answers well is believed again at once, and nothing of all that is kept', async () => {
  harness.source.behave(record(resident));
  expect((await harness.call()).status).toBe(200);
  expectNoneOf(await kept(harness), canaries());
});
