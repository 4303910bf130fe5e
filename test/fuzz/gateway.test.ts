import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Behaviour } from '../support/fake-source.ts';
import { type Harness, IDENTITY, REGISTRATION, startHarness } from '../support/harness.ts';
import { fuzzing, mutants } from '../support/mutate.ts';
import { canaries, expectNoneOf, kept } from '../support/problems.ts';
import { ASK } from '../support/raw-attack.ts';
import { rawRequest, statuses } from '../support/raw-connection.ts';
import { signRequest } from '../support/sign-request.ts';
import { registerSignatureKey, type SystemKey } from '../support/tokens.ts';

/** What the gateway may say to what nobody foresaw: that it is wrong, or that somebody behind it failed. Never that it did. */
const FORESEEN = new Set([200, 201, 204, 502, 503, 504]);
const AT_A_TIME = process.env['SHUQIAO_PROPERTY_RUNS'] === undefined ? 8 : 24;
const DEEP_MS = 400_000;

let harness: Harness;
let token: string;
let key: SystemKey;
let tls: { ca: string; cert: string; key: string };
/** What the source answers, one to each who asks. */
const answers: Behaviour[] = [];
beforeAll(async () => {
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  tls = {
    ca: pem('ca.pem'),
    cert: pem(`systems/${REGISTRATION}.pem`),
    key: pem(`systems/${REGISTRATION}.key.pem`),
  };
  harness = await startHarness({
    environment: { SHUQIAO_REQUEST_TIMEOUT_MS: '100' },
    breaker: { failurePercent: 100 },
  });
  token = await harness.token();
  key = await registerSignatureKey(harness.database);
  harness.source.behave((req, res, query) => (answers.shift() ?? good)(req, res, query));
});
afterAll(async () => await harness.close());

const good: Behaviour = (_req, res) =>
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(harness.resident));

/** The gateway is as well as before, and keeps nothing of what was thrown at it. */
afterEach(async () => {
  answers.length = 0;
  await expect.poll(async () => (await harness.call()).status, { timeout: 10_000 }).toBe(200);
  const failures = (await harness.entries()).filter(({ code }) => code === 'internal');
  expect(failures).toEqual([]);
  expect(harness.log.filter((line) => line.includes('"internal"'))).toEqual([]);
  expectNoneOf(await kept(harness), canaries());
});

/** All that comes back; the other side closes, or is left when it has been silent for a while. */
async function exchanged(bytes: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(harness.gateway.urls.exchange);
  const socket = connect({ host: hostname, port: Number(port), servername: hostname, ...tls });
  let received = '';
  return await new Promise((resolve) => {
    socket.setTimeout(200, () => socket.destroy());
    socket.on('error', () => {}).on('data', (chunk: Buffer) => (received += chunk.toString('utf8')));
    socket.once('close', () => resolve(received));
    socket.write(bytes);
  });
}

function expectForeseen(received: string): void {
  const unforeseen = statuses(received).filter((status) => !(FORESEEN.has(status) || (status >= 400 && status < 500)));
  expect(unforeseen).toEqual([]);
  expectNoneOf([received], canaries());
}

describe('bytes in the place of a request', () => {
  const close = { Connection: 'close' };
  const form = `grant_type=client_credentials&client_id=${REGISTRATION}`;
  const asForm = (body: string): string =>
    rawRequest('/oauth/token', body, { headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...close } });
  const authorized = (request: string): string => request.replace('{token}', token);
  const seeds = (): readonly string[] => {
    const chunked = `${ASK.length.toString(16)}\r\n${ASK}\r\n0\r\n\r\n`;
    const { origin } = new URL(harness.gateway.urls.exchange);
    const signed = signRequest(key, { origin, token, body: Buffer.from(ASK) });
    const details = JSON.stringify([
      { type: 'data_sharing', contract: 'public-security.resident-identity.v1', purpose: 'open-a-shop' },
    ]);
    return [
      rawRequest(IDENTITY, ASK, { headers: close }),
      rawRequest(IDENTITY, ASK, { headers: { ...signed, ...close } }),
      rawRequest(IDENTITY, chunked, { headers: { 'Transfer-Encoding': 'chunked', ...close } }),
      rawRequest(IDENTITY, JSON.stringify({ ...JSON.parse(ASK), fields: ['/name'], case: 'a', officer: 'b' }), {
        headers: close,
      }),
      rawRequest('/.well-known/jwks.json', '', { method: 'GET', headers: close }),
      rawRequest('/receipts/1', '', { method: 'GET', headers: close }),
      asForm(form),
      asForm(`${form}&authorization_details=${encodeURIComponent(details)}`),
      asForm(
        `${form}&client_assertion_type=${encodeURIComponent('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')}&client_assertion=${token}`,
      ),
    ].map(authorized);
  };

  it('are answered by what was foreseen, or not at all', { timeout: DEEP_MS }, async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutants, { minLength: AT_A_TIME, maxLength: AT_A_TIME }), async (some) => {
        const all = await Promise.all(some.map(async (mutant) => await exchanged(mutant(seeds()))));
        for (const received of all) expectForeseen(received);
        answered += all.filter((received) => statuses(received).length > 0).length;
      }),
      fuzzing(6),
    );
    expect(answered).toBeGreaterThan(0);
  });

  it('in a token get nobody in but whose it was', { timeout: DEEP_MS }, async () => {
    const parts = token.split('.').map((part) => Buffer.from(part, 'base64url'));
    await fc.assert(
      fc.asyncProperty(mutants, fc.nat(3), async (mutant, which) => {
        // One part of it, decoded, as only its maker could have written it; or all of it, as it is written.
        const changed = parts.map((part, at) => (at === which ? mutant([part]) : part).toString('base64url')).join('.');
        const sent =
          which === 3
            ? mutant([token])
                .toString('latin1')
                .replaceAll(/[^\x21-\x7e]/g, '')
            : changed;
        const reply = await harness.call({ token: sent.slice(0, 12_000) }).catch(() => undefined);
        if (reply === undefined) return;
        if (sent !== token) expect([401, 403]).toContain(reply.status);
        expectNoneOf([reply.body], canaries());
      }),
      fuzzing(40),
    );
  });
});

describe('bytes in the place of an answer of a source', () => {
  const record = (): string => JSON.stringify(harness.resident);
  const headed = (body: string | Uint8Array, head = ''): Buffer =>
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${head}\r\n`),
      Buffer.from(body),
    ]);
  const seeds = (): readonly Uint8Array[] => {
    const bytes = Buffer.from(record());
    return [
      headed(bytes),
      headed(gzipSync(bytes), 'Content-Encoding: gzip\r\n'),
      headed(brotliCompressSync(bytes), 'Content-Encoding: br\r\n'),
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n${bytes.toString()}\r\n0\r\n\r\n`,
      ),
      Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'),
      Buffer.from('HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n'),
      Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n'),
    ];
  };

  /** In pieces, as a network may deliver them. */
  const inPieces =
    (bytes: Buffer, size: number): Behaviour =>
    (req) => {
      for (let at = 0; at < bytes.length; at += size) req.socket.write(bytes.subarray(at, at + size));
      req.socket.end();
    };

  async function expectForeseenOf(some: readonly Behaviour[]): Promise<void> {
    answers.push(...some);
    const replies = await Promise.all(some.map(async () => await harness.call()));
    for (const { status, body } of replies) expectForeseen(`HTTP/1.1 ${status} \r\n\r\n${body}`);
  }

  it('release a record or a problem of the source', { timeout: DEEP_MS }, async () => {
    const asked = harness.source.asked.length;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(mutants, fc.integer({ min: 1, max: 4096 })), { minLength: AT_A_TIME, maxLength: AT_A_TIME }),
        async (some) => {
          runs += AT_A_TIME;
          await expectForeseenOf(some.map(([mutant, size]) => inPieces(mutant(seeds()), size)));
        },
      ),
      fuzzing(6),
    );
    // Not refused by a breaker before it was asked; a connection may take too long.
    expect(harness.source.asked.length - asked).toBeGreaterThan(runs / 2);
  });

  it('that are no record of the contract, but well packed, release nothing', { timeout: DEEP_MS }, async () => {
    const packings = [
      (body: Buffer) => headed(body),
      (body: Buffer) => headed(gzipSync(body), 'Content-Encoding: gzip\r\n'),
      (body: Buffer) => headed(brotliCompressSync(body), 'Content-Encoding: br\r\n'),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(mutants, fc.constantFrom(...packings)), { minLength: AT_A_TIME, maxLength: AT_A_TIME }),
        async (some) =>
          await expectForeseenOf(some.map(([mutant, pack]) => inPieces(pack(mutant([record()])), 65_536))),
      ),
      fuzzing(6),
    );
  });
});
