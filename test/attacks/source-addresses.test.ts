import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSourceAddresses } from '../../src/config/source-addresses.ts';
import { faultsOf, set } from '../contracts/broken-copy.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { expectEntered } from '../support/problems.ts';

/** What the name of the source (localhost) resolved to, in order. */
const resolved: string[] = [];
let rule: (address: string) => boolean = () => true;
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    source: {
      mayReach: (address) => {
        resolved.push(address);
        return rule(address);
      },
    },
  });
});
afterAll(async () => await harness.close());
beforeEach(() => {
  resolved.length = 0;
});

const rulesOf = (environment: 'production' | 'development') =>
  openSourceAddresses({ origin: 'https://localhost:1' }, { file: 'f', pointer: '', environment });

describe('a name of a source that resolves', () => {
  it('to where no source may be is connected to by nobody, and the log says why', async () => {
    rule = rulesOf('production');
    const reply = await harness.call();
    expect(reply.status).toBe(503);
    expect(reply.problem()).toMatchObject({ code: 'source.unavailable' });
    expect(resolved.length).toBeGreaterThan(0);
    expect([harness.source.asked.length, harness.source.open()]).toEqual([0, 0]);
    await expectEntered(harness, reply, { code: 'source.unavailable', stages: ['identify', 'authorize'] });
    expect(harness.log.join('')).toContain('"cause":"AddressRefusedError ');
    // Where in the network of the operator it would have gone is no business of the caller.
    expect(reply.body).not.toMatch(/127\.0\.0\.1|::1/);
  });

  it('elsewhere each time is judged for every connection, and not once', async () => {
    rule = () => true;
    expect((await harness.call()).status).toBe(200);
    const first = resolved.length;
    expect(first).toBeGreaterThan(0);
    // The source ends the connection: the next exchange needs another, by which time the name leads elsewhere.
    harness.source.behave((_req, res) => void res.socket?.destroy());
    await harness.call();
    rule = () => false;
    const asked = harness.source.asked.length;
    expect((await harness.call()).status).toBe(503);
    expect(resolved.length).toBeGreaterThan(first);
    expect(harness.source.asked).toHaveLength(asked);
  });
});

describe('the path of a contract never leads to another host, nor out of its own folder', () => {
  const CONTRACT = 'contracts/public-security/resident-identity/v1/contract.json';
  it.each([
    '//elsewhere.test/query',
    'https://elsewhere.test/query',
    '/\\elsewhere.test',
    '\\\\elsewhere.test',
    '/query@elsewhere.test',
    '@elsewhere.test/query',
    '/../query',
    '/query/..',
    '/./query',
    '/%2e%2e/query',
    '/query?to=elsewhere',
    '/query#x',
    '/query\r\nHost: elsewhere.test',
    '/query\n',
    '/qu ery',
    '/query\u0000',
    '/查询',
    '',
    '/',
    '*',
  ])('so the contract does not load: %j', (path) => {
    expect(faultsOf(set(CONTRACT, '/source/path', path))).toContainEqual(
      expect.objectContaining({ file: CONTRACT, pointer: '/source/path' }),
    );
  });
});
