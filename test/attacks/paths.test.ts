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
const closing = { headers: { Connection: 'close' } };
const to = (target: string, method = 'POST'): string => rawRequest(target, ASK, { method, ...closing });

describe('a path is compared letter by letter: one that another reader would take for an exchange is none', () => {
  it.for([
    ['dots', `/x/..${IDENTITY}`],
    ['dots, and a way back into it', `/exchange/..${IDENTITY}`],
    ['dots at the end', `${IDENTITY}/..`],
    ['a dot at the end', `${IDENTITY}.`],
    ['a dot as its last part', `${IDENTITY}/.`],
    ['encoded dots', `/exchange/%2e%2e${IDENTITY}`],
    ['encoded dots in capitals', `/exchange/%2E%2E${IDENTITY}`],
    ['half encoded dots', `/exchange/.%2e${IDENTITY}`],
    ['dots encoded twice', `/%252e%252e${IDENTITY}`],
    ['an encoded slash', IDENTITY.replace('/resident', '%2fresident')],
    ['dots and an encoded slash', `/..%2f${IDENTITY.slice(1)}`],
    ['an encoded backslash', IDENTITY.replace('/resident', '%5cresident')],
    ['two slashes', IDENTITY.replace('/resident', '//resident')],
    ['two slashes before it', `/${IDENTITY}`],
    ['a host before it', `//elsewhere.test${IDENTITY}`],
    ['a slash at the end', `${IDENTITY}/`],
    ['parameters at the end', `${IDENTITY};a=1`],
    ['parameters in the middle', IDENTITY.replace('/exchange', '/exchange;a=1')],
    ['a zero byte, encoded', `${IDENTITY}%00`],
    ['a line, encoded', `${IDENTITY}%0d%0aX:%201`],
    ['a blank, encoded', `${IDENTITY}%20`],
    ['overlong dots, encoded', `/%c0%ae%c0%ae${IDENTITY}`],
    ['an encoded letter', IDENTITY.replace('exchange', '%65xchange')],
    ['capitals', IDENTITY.toUpperCase()],
    ['one capital', IDENTITY.replace('exchange', 'Exchange')],
    ['half an escape', `${IDENTITY}%`],
    ['an escape of no byte', `${IDENTITY}%zz`],
    ["a citizen's number", `/${residentId}/..${IDENTITY}`],
    ['four thousand ways up', `/${'../'.repeat(4000)}${IDENTITY}`],
    ['every server', '*'],
  ] as const)('with %s', async ([, target]) => {
    const aftermath = await attack(harness, to(target));
    expectNothingCameOfIt(aftermath, 404);
    expect(aftermath.received).toContain('"code":"route.unknown"');
  });

  it.for([
    '/oauth/token/',
    '/oauth//token',
    '/oauth/%74oken',
    '/OAUTH/token',
    '/oauth/token;x=1',
    '/oauth/../oauth/token',
    '/x/%2e%2e/oauth/token',
    '/.well-known/../oauth/token',
    '/.well-known%2fjwks.json',
    '/.well-known/jwks.json/',
    '/.WELL-KNOWN/jwks.json',
    '/.well-known/',
    '/oauth/jwks%00',
    '/__proto__',
    '/constructor',
  ])('and neither is one for the token endpoint or what describes it: %s', async (target) => {
    for (const method of ['POST', 'GET']) expectNothingCameOfIt(await attack(harness, to(target, method)), 404);
  });
});

describe('a target that is no path', () => {
  it.for([
    ['the URL of the gateway', `https://localhost${IDENTITY}`],
    ['a URL of another host', `http://elsewhere.test${IDENTITY}`],
    ['a URL without a host', `http://${IDENTITY}`],
    ['a URL of another scheme', `ftp://localhost${IDENTITY}`],
    ['a URL that cannot be read', `http://[::1${IDENTITY}`],
    ["a URL with a citizen's number for a user", `https://${residentId}@localhost${IDENTITY}`],
    ['a URL of the token endpoint', 'https://localhost/oauth/token'],
    ['a path with a fragment', `${IDENTITY}#${residentId}`],
    ['a query with a fragment', `${IDENTITY}?${residentId}#${IDENTITY}`],
  ] as const)('%s is refused: we are no proxy, and two readers read it differently', async ([, target]) => {
    const aftermath = await attack(harness, to(target));
    expectNothingCameOfIt(aftermath, 400);
    expect(aftermath.received).toContain('{"pointer":"/target","rule":"origin-form"}');
  });

  it.for([
    ['a host and a port', 'localhost:443'],
    ['a path without its slash', IDENTITY.slice(1)],
    ['a query', `?${residentId}`],
    ['nothing', ''],
    ['a scheme', 'javascript:1'],
    ['backslashes', IDENTITY.replaceAll('/', '\\')],
    ['a backslash before a path', `\\${IDENTITY}`],
    ['a zero byte', `${IDENTITY}\0`],
    ['a tab', `${IDENTITY}\t`],
    ['overlong dots as they are', `/\xc0\xae\xc0\xae${IDENTITY}`],
    ['a letter that is not ASCII', `/\xe9${IDENTITY}`],
    ['more than a head may be', `/${'x'.repeat(17_000)}`],
  ] as const)('%s is not even HTTP', async ([, target]) => {
    const aftermath = await attack(harness, to(target));
    expectNothingCameOfIt(aftermath, 400);
    expect(aftermath.received).toMatch(/\r\n\r\n$/);
  });

  it('is no way to another host either: CONNECT is answered by nobody', async () => {
    const bytes = 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    expect(await attack(harness, bytes)).toMatchObject({ statuses: [], entered: [], asked: 0 });
  });
});

describe("a query with a citizen's number", () => {
  const query = `?residentId=${residentId}&a=${'x'.repeat(4000)}`;

  it('of an exchange is no part of it, and kept nowhere', async () => {
    const aftermath = await attack(harness, to(`${IDENTITY}${query}`));
    expect(aftermath).toMatchObject({ statuses: [200], entered: ['released'], asked: 1 });
  });

  it.for([
    ['POST', '/oauth/token', 400],
    ['GET', '/oauth/token', 405],
    ['GET', '/oauth/jwks', 200],
    ['GET', '/.well-known/jwks.json', 200],
    ['GET', '/.well-known/oauth-authorization-server', 200],
    ['GET', '/.well-known/openid-configuration', 200],
    ['POST', '/.well-known/jwks.json', 405],
    ['GET', '/', 404],
  ] as const)('of %s %s is read by nobody, and kept nowhere', async ([method, path, status]) => {
    const bytes = rawRequest(`${path}${query}`, '', { method, ...closing });
    expectNothingCameOfIt(await attack(harness, bytes), status);
  });
});
