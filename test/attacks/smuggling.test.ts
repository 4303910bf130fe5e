import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { type Aftermath, ASK, attack, LAST } from '../support/raw-attack.ts';
import { rawRequest } from '../support/raw-connection.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ environment: { SHUQIAO_REQUEST_TIMEOUT_MS: '1000' } });
});
afterAll(async () => await harness.close());

const length = Buffer.byteLength(ASK);
const CHUNKED = 'Transfer-Encoding: chunked';
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const CHUNKS = `${chunk(ASK)}0\r\n\r\n`;

/** A request with these lines in its head and this after it, whatever the lines say of its length. */
function headed(lines: string, body: string, version = 'HTTP/1.1'): string {
  return rawRequest(IDENTITY, '', { headers: { 'X-End': 'x' } })
    .replace('HTTP/1.1', version)
    .replace('Content-Length: 0\r\n', '')
    .replace('X-End: x', lines)
    .concat(body);
}

let made = 0;
/** A good request in itself, with an id by which it would be found in the ledger, of the length that it has when sent. */
async function hidden(): Promise<{ readonly id: string; readonly request: string }> {
  const id = `0190a1b2-0000-7000-8000-${String(++made).padStart(12, '0')}`;
  const request = rawRequest(IDENTITY, ASK, { headers: { 'Request-Id': id } });
  return { id, request: request.replace('{token}', await harness.token()) };
}

/** What came after it was no request of anybody. */
function expectNotCarriedOut({ requests, entered, statuses, asked }: Aftermath, id: string): void {
  expect(requests).not.toContain(id);
  const released = entered.filter((code) => code === 'released').length;
  expect([released, asked]).toEqual([statuses.filter((status) => status === 200).length, released]);
}

describe('a request with another behind it, that says its own length so that two readers could differ, is refused', () => {
  it.for<[string, (inner: string) => string]>([
    ['a length and chunks', (inner) => headed(`Content-Length: 5\r\n${CHUNKED}`, `0\r\n\r\n${inner}`)],
    ['chunks and a length', (inner) => headed(`${CHUNKED}\r\nContent-Length: 4`, `${chunk(inner)}0\r\n\r\n`)],
    ['chunks of an older HTTP', (inner) => headed(CHUNKED, `${CHUNKS}${inner}`, 'HTTP/1.0')],
    ...[
      'xchunked',
      'chunked\x0b',
      '\x0bchunked',
      'chunked\0',
      '"chunked"',
      'chunked;q=1',
      'chunked, identity',
      'chunked, chunked',
      'identity, chunked',
      'gzip, chunked',
      'cow, chunked',
      ', chunked',
      'chunked,',
      'identity',
      '',
    ].flatMap((coding): [string, (inner: string) => string][] => [
      [`the coding ${JSON.stringify(coding)}`, (inner) => headed(`Transfer-Encoding: ${coding}`, `${CHUNKS}${inner}`)],
      [
        `the coding ${JSON.stringify(coding)} and a length`,
        (inner) => headed(`Transfer-Encoding: ${coding}\r\nContent-Length: ${length}`, ASK + inner),
      ],
    ]),
    ['the same coding twice', (inner) => headed(`${CHUNKED}\r\n${CHUNKED}`, `${CHUNKS}${inner}`)],
    ['two codings', (inner) => headed(`${CHUNKED}\r\nTransfer-Encoding: identity`, `${CHUNKS}${inner}`)],
    ['a coding on the next line', (inner) => headed('Transfer-Encoding:\r\n chunked', `${CHUNKS}${inner}`)],
    ['a coding with a blank before the colon', (inner) => headed('Transfer-Encoding : chunked', `${CHUNKS}${inner}`)],
    ['a coding with a blank before its name', (inner) => headed(' Transfer-Encoding: chunked', `${CHUNKS}${inner}`)],
    ['the same length twice', (inner) => headed(`Content-Length: ${length}\r\nContent-Length: ${length}`, ASK + inner)],
    ['two lengths', (inner) => headed(`Content-Length: ${length}\r\nContent-Length: 0`, ASK + inner)],
    ...[
      `${length}, ${length}`,
      '-1',
      `+${length}`,
      '0x45',
      '6e1',
      `${length}.0`,
      `${length};`,
      '6 9',
      `\x0b${length}`,
      `${length}\0`,
      '99999999999999999999999999',
      '18446744073709551617',
      '',
    ].map((value): [string, (inner: string) => string] => [
      `the length ${JSON.stringify(value)}`,
      (inner) => headed(`Content-Length: ${value}`, ASK + inner),
    ]),
    ['line feeds alone', (inner) => (headed(`Content-Length: ${length}`, ASK) + inner).replaceAll('\r\n', '\n')],
    ['a line feed alone', (inner) => headed(`X: a\nContent-Length: ${length}`, ASK + inner)],
    ['a carriage return alone', (inner) => headed(`X: a\rContent-Length: ${length}`, ASK + inner)],
    ['a folded header', (inner) => headed(`X: a\r\n b\r\nContent-Length: ${length}`, ASK + inner)],
    ['a length with a blank before the colon', (inner) => headed(`Content-Length : ${length}`, ASK + inner)],
    ['a zero byte in a name', (inner) => headed(`X\0Y: a\r\nContent-Length: ${length}`, ASK + inner)],
    ['a zero byte in a value', (inner) => headed(`X: a\0b\r\nContent-Length: ${length}`, ASK + inner)],
    ['a header without a colon', (inner) => headed(`X\r\nContent-Length: ${length}`, ASK + inner)],
    ['a header without a name', (inner) => headed(`: a\r\nContent-Length: ${length}`, ASK + inner)],
    ...['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/11.1', 'http/1.1', 'HTTP/1.1 x'].map(
      (version): [string, (inner: string) => string] => [
        version,
        (inner) => headed(`Content-Length: ${length}`, ASK + inner, version),
      ],
    ),
    ['no version', (inner) => `GET ${IDENTITY}\r\n\r\n${inner}`],
    ['the preface of HTTP/2', (inner) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${inner}`],
  ])('%s', async ([, bytes]) => {
    const { id, request } = await hidden();
    const aftermath = await attack(harness, bytes(request) + LAST);
    expectNotCarriedOut(aftermath, id);
    // What follows a version that ends its connection is refused for that, by Node's parser.
    const [first = 0, second = first, ...more] = aftermath.statuses;
    expect([first, second, more]).toEqual([400, 400, []]);
    expect(aftermath).toMatchObject({ entered: [], asked: 0 });
  });
});

describe('chunks that are not as they should be', () => {
  const hex = length.toString(16);
  it.for<[string, (inner: string) => string]>([
    ['a size past 64 bits', (inner) => `10000000000000000\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a size that overflows to the right one', (inner) => `100000000000000${hex}\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a negative size', (inner) => `-1\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a size with a prefix', (inner) => `0x${hex}\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a blank after the size', (inner) => `${hex} \r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a line feed alone after the size', (inner) => `${hex}\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a line feed alone in an extension', (inner) => `${hex};a\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a carriage return alone', (inner) => `${hex}\r${ASK}\r0\r\r${inner}`],
    ['nothing between them', (inner) => `${hex}\r\n${ASK}0\r\n\r\n${inner}`],
    ['more in one than it says', (inner) => `2\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['an extension longer than a head', (inner) => `${hex};${'a'.repeat(20_000)}\r\n${ASK}\r\n0\r\n\r\n${inner}`],
    ['a trailer longer than a head', (inner) => `${chunk(ASK)}0\r\nX: ${'a'.repeat(20_000)}\r\n\r\n${inner}`],
    ['a length in the trailer', (inner) => `${chunk(ASK)}0\r\nContent-Length: 5\r\n\r\n${inner}`],
  ])('with %s are answered by one refusal, and what follows is no request', async ([, body]) => {
    const { id, request } = await hidden();
    const aftermath = await attack(harness, headed(CHUNKED, body(request)) + LAST);
    expectNotCarriedOut(aftermath, id);
    expect(aftermath.statuses).toHaveLength(1);
    expect([400, 413]).toContain(aftermath.statuses[0]);
    expect(aftermath.entered.filter((code) => code !== 'caller.left' && code !== 'request.too-large')).toEqual([]);
  });
});

describe('a request in the body of another', () => {
  it.for([
    ['an exchange', IDENTITY, 'POST', {}, 400],
    ['a token request', '/oauth/token', 'POST', { 'Content-Type': 'application/x-www-form-urlencoded' }, 400],
    ['what no address has', '/nowhere', 'POST', {}, 404],
    ['what cannot be answered so', IDENTITY, 'POST', { Accept: 'text/html' }, 406],
    ['what has no good token', IDENTITY, 'POST', { Authorization: 'x' }, 401],
    ['what is of another type', IDENTITY, 'POST', { 'Content-Type': 'text/plain' }, 415],
    ['GET', IDENTITY, 'GET', {}, 405],
    ['HEAD', IDENTITY, 'HEAD', {}, 405],
    ['DELETE', IDENTITY, 'DELETE', {}, 405],
    ['what is answered without a look at it', '/oauth/jwks', 'GET', {}, 200],
  ] as const)('(%s) is never carried out', async ([, path, method, headers, status]) => {
    const { id, request } = await hidden();
    const closing = { ...headers, Connection: 'close' };
    const aftermath = await attack(harness, rawRequest(path, request, { method, headers: closing }));
    expect(aftermath.requests).not.toContain(id);
    expect([aftermath.statuses, aftermath.asked]).toEqual([[status], 0]);
  });

  it.for([
    ['as a purpose', (inner: string) => ({ purpose: inner, query: {} })],
    [
      'as a case and an officer',
      (inner: string) => ({ purpose: 'open-a-shop', query: {}, case: inner, officer: inner }),
    ],
    ['as a field', (inner: string) => ({ purpose: 'open-a-shop', query: {}, fields: [inner] })],
  ] as const)('%s is never carried out', async ([, body]) => {
    const { id, request } = await hidden();
    const bytes = rawRequest(IDENTITY, JSON.stringify(body(request)), { headers: { Connection: 'close' } });
    const aftermath = await attack(harness, bytes);
    expect(aftermath.requests).not.toContain(id);
    expect(aftermath).toMatchObject({ statuses: [expect.any(Number)], asked: 0 });
    expect(aftermath.entered).toHaveLength(1);
    expect(aftermath.entered).not.toContain('released');
  });
});

describe('a request that has no body of its own', () => {
  it.for([
    ['GET', 405],
    ['POST', 400],
  ] as const)('%s takes what follows for a request, and refuses what is none', async ([method, status]) => {
    const bytes = `${method} ${IDENTITY} HTTP/1.1\r\nHost: localhost\r\n\r\n${ASK}${LAST}`;
    const { statuses, asked } = await attack(harness, bytes);
    expect(statuses.every((found) => found === 400 || found === status)).toBe(true);
    expect([statuses.length <= 2, asked]).toEqual([true, 0]);
  });
});

describe('a request for another protocol', () => {
  it.for([
    ['h2c', `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__`],
    ['a web socket', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13'],
    ['TLS', 'Connection: Upgrade\r\nUpgrade: TLS/1.3'],
  ] as const)('(%s) is answered in this one, once, and closed: nothing behind it is read', async ([, lines]) => {
    const { id, request } = await hidden();
    const aftermath = await attack(harness, headed(`${lines}\r\nContent-Length: ${length}`, ASK + request));
    expectNotCarriedOut(aftermath, id);
    expect(aftermath).toMatchObject({ statuses: [200], entered: ['released'], asked: 1 });
    expect(aftermath.received).toMatch(/^connection: close\r$/im);
    const without = headed(`${lines}\r\nContent-Length: 0`, request);
    expect(await attack(harness, without)).toMatchObject({ statuses: [400], asked: 0 });
  });
});

describe('what is only unusual has one answer for each request', () => {
  it.for<[string, string]>([
    ['chunks', headed(CHUNKED, CHUNKS)],
    ['chunks after a tab, in capitals', headed('Transfer-Encoding:\tCHUNKED', CHUNKS)],
    ['a chunk with an extension', headed(CHUNKED, `${length.toString(16)};a=b\r\n${ASK}\r\n0\r\n\r\n`)],
    ['a chunk with zeros before its size', headed(CHUNKED, `000${length.toString(16)}\r\n${ASK}\r\n0\r\n\r\n`)],
    ['a coding by another name', headed(`Transfer_Encoding: chunked\r\nContent-Length: ${length}`, ASK)],
    ['HTTP/1.0 that stays', headed(`Connection: keep-alive\r\nContent-Length: ${length}`, ASK, 'HTTP/1.0')],
    ['empty lines before it', `\r\n\r\n${rawRequest(IDENTITY, ASK)}`],
    ...['100-continue', '100-Continue', '100-continue, 100-continue', 'something', ''].map(
      (expected): [string, string] => [
        `the expectation ${JSON.stringify(expected)}`,
        headed(`Expect: ${expected}\r\nContent-Length: ${length}`, ASK),
      ],
    ),
  ])('%s', async ([, bytes]) => {
    const { id, request } = await hidden();
    const aftermath = await attack(harness, bytes + request + LAST);
    expect(aftermath).toMatchObject({ statuses: [200, 200, 200], asked: 3 });
    expect(aftermath.entered).toEqual(['released', 'released', 'released']);
    expect(aftermath.requests.filter((found) => found === id)).toHaveLength(1);
  });

  it('of HTTP/1.0 that does not stay: one answer, and what follows is not read', async () => {
    const { id, request } = await hidden();
    const bytes = headed(`Content-Length: ${length}`, ASK, 'HTTP/1.0');
    expect((await attack(harness, bytes)).statuses).toEqual([200]);
    const aftermath = await attack(harness, bytes + request);
    expect(aftermath.requests).not.toContain(id);
    expect(aftermath.statuses).toHaveLength(1);
  });
});
