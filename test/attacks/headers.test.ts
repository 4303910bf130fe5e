import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResident, type Harness, IDENTITY, startHarness } from '../support/harness.ts';
import { ASK, attack, expectNothingCameOfIt } from '../support/raw-attack.ts';
import { rawRequest } from '../support/raw-connection.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => await harness.close());

const { residentId } = exampleResident();
const ID = '0190a1b2-0000-7000-8000-0000000000';
const REQUEST = rawRequest(IDENTITY, ASK, { headers: { Connection: 'close' } });
/** A good request with these lines at the end of its head, or at the beginning. */
const after = (lines: string, request = REQUEST): string =>
  request.replace('Connection: close', `Connection: close\r\n${lines}`);
const before = (lines: string): string => REQUEST.replace('Host:', `${lines}\r\nHost:`);
const carrying = (headers: Record<string, string>): string =>
  rawRequest(IDENTITY, ASK, { headers: { Connection: 'close', ...headers } });

describe('a header that may stand once', () => {
  it.for<[string, string, string]>([
    ['Content-Type', after('Content-Type: application/json'), 'content-type'],
    ['Content-Type, the second another', after('Content-Type: text/plain'), 'content-type'],
    ['Content-Type, the first another', before('content-type: text/plain'), 'content-type'],
    ['Host', after('Host: localhost'), 'host'],
    ['Host, the second another', after('Host: elsewhere.test'), 'host'],
    ['Host, the first another', before('HOST: elsewhere.test'), 'host'],
    ['Content-Encoding', after('Content-Encoding: identity\r\nContent-Encoding: gzip'), 'content-encoding'],
  ])('and stands twice is refused, and named: %s', async ([, bytes, name]) => {
    const aftermath = await attack(harness, bytes);
    expectNothingCameOfIt(aftermath, 400);
    expect(aftermath.received).toContain(`{"pointer":"/headers/${name}","rule":"once"}`);
  });

  it('and stands twice is refused: Request-Id', async () => {
    for (const second of [`${ID}01`, `${ID}02`]) {
      const aftermath = await attack(harness, after(`Request-Id: ${ID}01\r\nrequest-id: ${second}`), [`${ID}01`]);
      expectNothingCameOfIt(aftermath, 400);
    }
  });

  it('and stands twice is refused by the stage that reads it: Authorization', async () => {
    for (const bytes of [after('authorization: Bearer {token}'), before('AUTHORIZATION: Basic eDp5')])
      expect(await attack(harness, bytes)).toMatchObject({ statuses: [401], entered: ['token.invalid'], asked: 0 });
  });

  it('and stands again behind thousands of others is not passed over', async () => {
    const others = 'a:\r\n'.repeat(2500);
    for (const [line, status] of [
      ['Authorization: Bearer x', 401],
      ['Content-Encoding: gzip', 415],
      ['Host: elsewhere.test', 400],
    ] as const) {
      const aftermath = await attack(harness, after(`${others}${line}`));
      expect([aftermath.statuses, aftermath.asked]).toEqual([[status], 0]);
    }
    expect(await attack(harness, after(`${others}X: y`))).toMatchObject({ statuses: [200], entered: ['released'] });
  });
});

describe('a host', () => {
  it.for(['a, b', 'a/b', 'user@localhost', 'local host', 'localhost:x', '[::1', 'localhost:', '"localhost"'])(
    'that is none is refused: %s',
    async (host) => {
      const aftermath = await attack(harness, carrying({ Host: host }));
      expectNothingCameOfIt(aftermath, 400);
      expect(aftermath.received).toContain('"pointer":"/headers/host"');
    },
  );

  it.for(['elsewhere.test', '127.0.0.1:8443', '[::1]:1', ''])(
    'of whatever name changes nothing, and is not repeated: %s',
    async (host) => {
      const aftermath = await attack(harness, carrying({ Host: host }));
      expect(aftermath).toMatchObject({ statuses: [200], entered: ['released'], asked: 1 });
      expect(aftermath.received).not.toContain('elsewhere');
    },
  );
});

describe('a head', () => {
  it.for([
    ['with a value that is too large', after(`X: ${'a'.repeat(17_000)}`)],
    ['with a name that is too large', after(`${'a'.repeat(17_000)}: x`)],
    ['with too many headers', after('a-name: a value\r\n'.repeat(1500).trimEnd())],
  ] as const)('%s is refused before anybody looks at it', async ([, bytes]) => {
    expectNothingCameOfIt(await attack(harness, bytes), 400);
  });

  it('of a mebibyte is refused, or its connection is closed on whoever still sends', async () => {
    const aftermath = await attack(harness, after(`X: ${'a'.repeat(1_048_576)}`));
    expect(aftermath.statuses.filter((status) => status !== 400)).toEqual([]);
    expect(aftermath).toMatchObject({ entered: [], asked: 0 });
  });

  it('with names that objects have, or that proxies set, is one like any other', async () => {
    const lines = [
      '__proto__: a',
      'constructor: b',
      'hasOwnProperty: c',
      `X-Forwarded-For: ${residentId}`,
      'X-Forwarded-Host: elsewhere.test',
      'X-Forwarded-Client-Cert: Subject="CN=hotline.agent-desk,O=hotline"',
      'X-SSL-Client-S-DN: CN=hotline.agent-desk,O=hotline',
      'X-Original-URL: /sources',
      'X-HTTP-Method-Override: GET',
      'Exchange-Id: x',
      'Exchange-Context: x',
    ];
    const aftermath = await attack(harness, after(lines.join('\r\n')), ['elsewhere.test', 'CN=hotline']);
    expect(aftermath).toMatchObject({ statuses: [200], entered: ['released'], asked: 1 });
  });

  it('in capitals or in small letters is the same', async () => {
    for (const change of [(text: string) => text.toUpperCase(), (text: string) => text.toLowerCase()]) {
      const [head = '', body] = REQUEST.split('\r\n\r\n');
      const changed = head.replaceAll(/^[\w-]+(?=:)/gm, change).replace(/Bearer/, change);
      expect(await attack(harness, `${changed}\r\n\r\n${body}`)).toMatchObject({ statuses: [200], asked: 1 });
    }
  });
});

describe('a type', () => {
  it.for([
    'application/json, text/plain',
    'application/json; charset=gbk',
    'application/json; charset=utf-7',
    'application/json; charset=utf-8; charset=gbk',
    'application/json;',
    'application/problem+json',
    'text/json',
    `application/json; x="${residentId}"`,
  ])('that is not just JSON is refused: %s', async (type) => {
    const aftermath = await attack(harness, carrying({ 'Content-Type': type }));
    expect([aftermath.statuses, aftermath.entered, aftermath.asked]).toEqual([[415], ['request.unsupported-media'], 0]);
  });
});

describe('what a caller accepts', () => {
  it.for([
    'application/jose;q=0',
    'application/jose;q=0.000',
    'application/jose;q=0, */*',
    'application/jose;q=0, application/json;q=0, */*;q=0',
    '*/*;q=0',
    'application/jose;q=-1',
    'application/jose;q=x',
    ',,;;/',
    'a/b,'.repeat(3500),
  ])('is not given in a form with a quality of 0, or of none: %s', async (accept) => {
    const aftermath = await attack(harness, carrying({ Accept: accept }));
    expect([aftermath.statuses, aftermath.entered, aftermath.asked]).toEqual([[406], ['request.not-acceptable'], 0]);
  });

  it.for([
    ['JSON with a quality of 0', 'application/json;q=0, */*'],
    ['JSON with a quality of 0, and sealed with the least', 'application/json;q=0.000, application/jose;q=0.001'],
    ['anything', '*/*'],
    ['nothing said', ''],
  ] as const)('is sealed: %s', async ([, accept]) => {
    const aftermath = await attack(harness, carrying({ Accept: accept }));
    expect(aftermath).toMatchObject({ statuses: [200], entered: ['released'], asked: 1 });
    expect(aftermath.received).toMatch(/^content-type: application\/jose/im);
  });

  it('is one list, in one header or in two', async () => {
    expect(await attack(harness, after('Accept: text/html\r\nAccept: application/jose'))).toMatchObject({
      statuses: [200],
      entered: ['released'],
    });
  });
});

describe('a header in what a caller writes', () => {
  const injected = `a\r\nX-Injected: ${residentId}\r\n\r\n`;
  it.for([
    ['a purpose', { purpose: injected }, 403],
    ['a field', { fields: [injected] }, 403],
    ['a name in the query', { query: { [injected]: 1 } }, 403],
    ['a member', { [injected]: 1 }, 400],
    ['a case and an officer', { case: injected, officer: injected }, 200],
  ] as const)('(%s) gets into no answer and into no request to a source', async ([, changed, status]) => {
    const body = { ...(JSON.parse(ASK) as object), ...changed };
    const bytes = rawRequest(IDENTITY, JSON.stringify(body), { headers: { Connection: 'close' } });
    const aftermath = await attack(harness, bytes, ['X-Injected']);
    expect(aftermath.statuses).toEqual([status]);
    expect(aftermath.entered).toHaveLength(1);
    const sent = harness.source.received.map(({ headers, url }) => JSON.stringify([headers, url]));
    expect(sent.filter((text) => /injected/i.test(text))).toEqual([]);
  });
});
