import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { outsideKeys } from '../../src/authorization-server/outside-keys.ts';
import { askToken, type Harness, startHarness } from '../support/harness.ts';
import { keyPair } from '../support/keys.ts';
import { expectProblem } from '../support/problems.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { partsOf, signed } from '../support/tokens.ts';

const ISSUER = 'https://issuer.test';
const RESOURCE = 'https://gateway.test/exchange';
const { privateJwk, publicJwk } = keyPair('Ed25519');
const jwks = (kid: string): string => JSON.stringify({ keys: [{ ...publicJwk, kid }] });

/** What the issuer outside would give the system that asks with this certificate. */
async function issue(kid: string, claims = {}): Promise<string> {
  const own = await startHarness();
  const [, its] = partsOf(await own.token());
  await own.close();
  return signed(
    { alg: 'Ed25519', typ: 'at+jwt', kid },
    JSON.stringify({ ...its, iss: ISSUER, aud: RESOURCE, ...claims }),
    privateJwk,
  );
}

const outside = { SHUQIAO_ISSUER: ISSUER, SHUQIAO_RESOURCE: RESOURCE };

describe('a gateway with an issuer outside', () => {
  let harness: Harness;
  let file: string;
  beforeAll(async () => {
    file = join(mkdtempSync(join(tmpdir(), 'shuqiao-issuer-')), 'jwks.json');
    writeFileSync(file, jwks('one'));
    harness = await startHarness({ environment: { ...outside, SHUQIAO_ISSUER_JWKS_FILE: file } });
  });
  afterAll(async () => {
    await harness.close();
    rmSync(dirname(file), { recursive: true });
  });

  it('takes its tokens, and issues none itself', async () => {
    expect((await harness.call({ token: await issue('one') })).status).toBe(200);
    expectProblem(await askToken(harness.gateway.urls.exchange), 'route.unknown');
  });

  it('takes none of its own any more, and none of that issuer for somebody else', async () => {
    const own = await startHarness();
    onTestFinished(own.close);
    for (const token of [await own.token(), await issue('one', { aud: 'https://other.test' }), await issue('two')])
      expectProblem(await harness.call({ token }), 'token.invalid');
  });
});

interface Issuer {
  readonly url: string;
  readonly asked: () => number;
  answer: { status: number; body: string; headers?: Record<string, string> };
}

async function startIssuer(): Promise<Issuer> {
  const certs = inject('certsDir');
  const pem = (name: string): string => readFileSync(join(certs, name), 'utf8');
  let asked = 0;
  const issuer: Issuer = { url: '', asked: () => asked, answer: { status: 200, body: jwks('one') } };
  const server = createServer({ cert: pem('gateway.pem'), key: pem('gateway.key.pem') }, (_req, res) => {
    asked += 1;
    if (issuer.answer.status !== 0) res.writeHead(issuer.answer.status, issuer.answer.headers).end(issuer.answer.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return Object.assign(issuer, { url: `https://localhost:${(server.address() as AddressInfo).port}/jwks` });
}

describe('the keys of an issuer outside, by their address', () => {
  const start = async (caFile: string | undefined = join(inject('certsDir'), 'ca.pem')) => {
    const issuer = await startIssuer();
    const clock = { ms: 1_000_000 };
    const keys = outsideKeys({ url: issuer.url, caFile, timeoutMs: 300 }, { now: () => clock.ms });
    const kids = async (which: 'current' | 'refreshed' = 'current') => (await keys[which]()).keys.map(({ kid }) => kid);
    return { issuer, clock, keys, kids };
  };
  const unverifiable = { code: 'token.unverifiable' };

  it('are asked for once, however many want them, and again after five minutes', async () => {
    const { issuer, clock, kids } = await start();
    await Promise.all(Array.from({ length: 20 }, async () => await kids()));
    clock.ms += 299_999;
    expect(await kids()).toEqual(['one']);
    expect(issuer.asked()).toBe(1);
    clock.ms += 1;
    issuer.answer.body = jwks('two');
    expect(await kids()).toEqual(['two']);
    expect(issuer.asked()).toBe(2);
  });

  it('are looked for again for a key that is not there, but not each time', async () => {
    const { issuer, clock, kids } = await start();
    await kids();
    issuer.answer.body = jwks('two');
    expect(await kids('refreshed')).toEqual(['one']);
    clock.ms += 10_000;
    expect(await kids('refreshed')).toEqual(['two']);
    await Promise.all(Array.from({ length: 20 }, async () => await kids('refreshed')));
    expect(issuer.asked()).toBe(2);
  });

  it('stay good while the issuer is away, for five minutes and no longer', async () => {
    const { issuer, clock, kids } = await start();
    await kids();
    issuer.answer.status = 500;
    clock.ms += 200_000;
    expect(await kids('refreshed')).toEqual(['one']);
    clock.ms += 100_000;
    await expect(kids()).rejects.toMatchObject(unverifiable);
    // It is not asked each time that somebody calls.
    const asked = issuer.asked();
    await expect(kids()).rejects.toMatchObject(unverifiable);
    expect(issuer.asked()).toBe(asked);
    issuer.answer.status = 200;
    clock.ms += 10_000;
    expect(await kids()).toEqual(['one']);
  });

  it.each<[string, Issuer['answer']]>([
    ['that is no JSON', { status: 200, body: '<html>' }],
    ['that is no set of keys', { status: 200, body: '[]' }],
    ['that two readers could read differently', { status: 200, body: jwks('one').replace('{', '{"keys":[],') }],
    ['that is too large', { status: 200, body: ' '.repeat(70_000) + jwks('one') }],
    ['that is elsewhere', { status: 302, body: '', headers: { Location: 'https://localhost:1/' } }],
    ['that never comes', { status: 0, body: '' }],
  ])('are none in an answer %s', async (_what, answer) => {
    const { issuer, kids } = await start();
    issuer.answer = answer;
    await expect(kids()).rejects.toMatchObject(unverifiable);
  });

  it('are none at an address whose certificate nobody trusted issued', async () => {
    const issuer = await startIssuer();
    const keys = outsideKeys({ url: issuer.url, caFile: undefined, timeoutMs: 300 }, { now: () => 0 });
    await expect(keys.current()).rejects.toMatchObject(unverifiable);
    expect(issuer.asked()).toBe(0);
  });
});

it('the keys of an issuer outside, in a file, follow the file', async () => {
  const file = join(scratchFolder({ 'jwks.json': jwks('one') }), 'jwks.json');
  let now = 0;
  const keys = outsideKeys({ file }, { now: () => now });
  expect((await keys.current()).keys.map(({ kid }) => kid)).toEqual(['one']);
  writeFileSync(file, jwks('two'));
  now = 10_000;
  expect((await keys.refreshed()).keys.map(({ kid }) => kid)).toEqual(['two']);
});
