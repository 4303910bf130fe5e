import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { expect, vi } from 'vitest';
import type { Parts } from '../../src/core.ts';
import { EVERYTHING } from '../../src/domain/freeze.ts';
import { STAGES } from '../../src/domain/observer.ts';
import { type ProblemCode } from '../../src/domain/problems.ts';
import { serveBrokenPlans } from './broken-plan.ts';
import { anchoring } from './checkpoints.ts';
import { postgresDatabase } from './database.ts';
import { type Behaviour, record, status } from './fake-source.ts';
import { freeze } from './freezes.ts';
import {
  type CallOptions,
  exampleResident,
  type Harness,
  type HarnessOptions,
  REGISTRATION,
  type Reply,
  send,
} from './harness.ts';
import { testKeyRing } from './key-ring.ts';
import { limited } from './limited.ts';
import { makeOtherCertificates } from './other-certificates.ts';
import { requiringSignatures } from './sign-request.ts';
import { CALL_BACK, workOrder } from './work-order.ts';

export interface Going {
  readonly harness: Harness;
  readonly parts: Parts;
  /** A call with the request id that the answer has to repeat. */
  call(options?: CallOptions): Promise<Reply>;
  readonly headers: Readonly<Record<string, string>>;
}

/** One honest way into a problem. */
export interface Way {
  /** How many stages are passed before it; nothing is entered for what is no exchange or cannot be. */
  readonly passed: number | 'nothing is entered';
  /** Where nothing of the request is read, its id neither. */
  readonly unread?: true;
  /** A gateway of its own, if what is done to it would not do for the others. */
  readonly gateway?: HarnessOptions;
  readonly source?: Behaviour;
  /** Answers undefined only if nobody is there to be answered. */
  readonly go?: (going: Going) => Promise<Reply | undefined>;
}

export const MADE_UP = 'geheim-4711';
const { residentId, name } = exampleResident();
const query = { residentId, name };
export const ask = { purpose: 'open-a-shop', query };
const IDENTIFIED = STAGES.indexOf('authorize');
const AUTHORIZED = STAGES.indexOf('fetch');
const FETCHED = STAGES.indexOf('validate');
const VALIDATED = STAGES.indexOf('project');
const PROJECTED = STAGES.indexOf('seal');

const FOR_INSURANCE = {
  authorization_details: JSON.stringify([
    { type: 'data_sharing', contract: 'human-resources.social-insurance-account.v1', purpose: 'open-a-shop' },
  ]),
};
const OUTSIDE = { SHUQIAO_ISSUER: 'https://issuer.test', SHUQIAO_RESOURCE: 'https://localhost/exchange' };
const TOKEN_SHAPED = [{ alg: 'ES256', kid: 'a', typ: 'at+jwt' }, {}, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** All problems there are, each with a way into it. */
export const WAYS: Readonly<Record<ProblemCode, Way>> = {
  'request.malformed': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, [MADE_UP]: MADE_UP } }),
  },
  'request.not-tls': {
    passed: 'nothing is entered',
    unread: true,
    go: async ({ harness, headers }) =>
      await askPlain(`${harness.gateway.urls.exchange.replace('https:', 'http:')}/${MADE_UP}`, headers),
  },
  'request.too-large': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, case: residentId.repeat(4000) } }),
  },
  'request.timeout': {
    passed: IDENTIFIED,
    gateway: { environment: { SHUQIAO_REQUEST_TIMEOUT_MS: '100' } },
    go: async ({ call }) => await call({ headers: { 'Content-Length': '500' } }),
  },
  'request.unsupported-media': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ headers: { 'Content-Type': `text/${MADE_UP}` } }),
  },
  'request.not-acceptable': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ headers: { Accept: `application/${MADE_UP}` } }),
  },
  'repeat.answered': {
    passed: 0,
    go: async ({ call }) => {
      await call();
      return await call();
    },
  },
  'repeat.under-way': {
    passed: 0,
    source: (req, res, asked) => setTimeout(() => record(exampleResident())(req, res, asked), 300),
    go: async ({ call, harness }) => {
      const asked = harness.source.asked.length;
      const first = call();
      await vi.waitFor(() => expect(harness.source.asked.length).toBe(asked + 1));
      const second = await call();
      await first;
      return second;
    },
  },
  'repeat.unrecorded': {
    passed: 0,
    gateway: {},
    go: async ({ call, harness, headers }) => {
      // A gateway that died in the midst leaves nothing but the used id.
      await harness.database.tamper(
        `insert into exchange.request_id values ('${REGISTRATION}', '${headers['Request-Id']}',
           clock_timestamp() - interval '3 minutes', gen_random_uuid())`,
      );
      return await call();
    },
  },
  'receipt.unknown': {
    passed: 'nothing is entered',
    go: async ({ call }) => await call({ method: 'GET', path: `/requests/${randomUUID()}` }),
  },
  'receipt.too-many': {
    passed: 'nothing is entered',
    gateway: {},
    go: async ({ call }) => {
      const replies = await Promise.all(
        Array.from({ length: 60 }, async () => await call({ method: 'GET', path: `/requests/${randomUUID()}` })),
      );
      return replies.find(({ status: answered }) => answered === 429);
    },
  },
  'gateway.overloaded': {
    passed: 'nothing is entered',
    gateway: { environment: { SHUQIAO_MAX_EXCHANGES: '1', SHUQIAO_LINE_WAIT_MS: '1' } },
    source: () => {},
    go: async ({ call, harness }) => await callBeside(harness, call),
  },
  'consumer.too-many': {
    passed: 'nothing is entered',
    gateway: { environment: { SHUQIAO_MAX_EXCHANGES_PER_SYSTEM: '1' } },
    source: () => {},
    go: async ({ call, harness }) => await callBeside(harness, call),
  },
  'route.unknown': {
    passed: 'nothing is entered',
    go: async ({ call }) => await call({ path: `/exchange/${MADE_UP}/${residentId}` }),
  },
  'route.method-not-allowed': {
    passed: 'nothing is entered',
    go: async ({ call }) => await call({ method: 'PUT' }),
  },
  'route.foreign-host': {
    passed: 'nothing is entered',
    go: async ({ harness, headers }) =>
      await askPlain(`${harness.gateway.urls.control}/sources`, { ...headers, Host: `${MADE_UP}.example` }),
  },
  'identity.unproven': { passed: 0, go: async ({ call }) => await call({ system: undefined }) },
  'identity.unregistered': {
    passed: 0,
    go: async ({ call }) => {
      const made = makeOtherCertificates('trusted', [{ id: MADE_UP, department: 'taxation' }]);
      return await call({ certificate: made.system(MADE_UP) });
    },
  },
  'identity.frozen': {
    passed: 0,
    gateway: {},
    go: async ({ call, harness }) => {
      // Got before: who is frozen gets none.
      await harness.token();
      await freeze(harness.database, { kind: 'system', value: REGISTRATION }, MADE_UP);
      return await call();
    },
  },
  'gateway.frozen': {
    passed: 0,
    gateway: {},
    go: async ({ call, harness }) => {
      await harness.token();
      await freeze(harness.database, EVERYTHING, MADE_UP);
      return await call();
    },
  },
  'token.missing': { passed: 0, go: async ({ call }) => await call({ token: null }) },
  'token.invalid': { passed: 0, go: async ({ call }) => await call({ token: `${MADE_UP}.a.b` }) },
  'token.too-narrow': {
    passed: IDENTIFIED,
    go: async ({ call, harness }) => await call({ token: await harness.token({ parameters: FOR_INSURANCE }) }),
  },
  'token.unverifiable': {
    passed: 0,
    gateway: { environment: { SHUQIAO_ISSUER_JWKS_FILE: 'no such file', ...OUTSIDE } },
    go: async ({ call }) => await call({ token: TOKEN_SHAPED }),
  },
  'signature.missing': { passed: 0, gateway: { parts: (parts) => requiringSignatures(parts) } },
  'signature.invalid': {
    passed: 0,
    go: async ({ call }) => await call({ headers: { 'Signature-Input': MADE_UP, Signature: MADE_UP } }),
  },
  'grant.missing': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, purpose: MADE_UP } }),
  },
  'grant.not-in-force': {
    passed: IDENTIFIED,
    gateway: { parts: () => ({ clock: { now: () => Date.parse('2029-01-01T00:00:00+08:00') } }) },
  },
  'grant.frozen': {
    passed: IDENTIFIED,
    gateway: {
      database: async () => {
        const database = await postgresDatabase();
        await freeze(database, { kind: 'grant', value: 'open-a-shop-identity' }, MADE_UP);
        return database;
      },
    },
  },
  'field.not-granted': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, fields: [`/${MADE_UP}`] } }),
  },
  'filter.not-granted': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, query: { ...query, [MADE_UP]: MADE_UP } } }),
  },
  'query.invalid': {
    passed: IDENTIFIED,
    go: async ({ call }) => await call({ body: { ...ask, query: { residentId: `${residentId}${MADE_UP}` } } }),
  },
  'quota.exceeded': {
    passed: IDENTIFIED,
    gateway: { parts: limited({ quota: { callsPerDay: 1 } }) },
    go: async ({ call, harness }) => {
      await harness.call();
      return await call();
    },
  },
  'quota.probing': {
    passed: IDENTIFIED,
    gateway: { parts: limited({ probing: { questions: 1 } }) },
    go: async ({ call, harness }) => {
      await harness.call();
      return await call();
    },
  },
  'recipient.keyless': {
    passed: PROJECTED,
    gateway: {
      database: async () => {
        const database = await postgresDatabase();
        // Registered as it was, and withdrawn since: registering it again at start brings nothing back.
        await testKeyRing(database.databases);
        await database.tamper('update identity.system_key set withdrawn_at = clock_timestamp()');
        return database;
      },
    },
  },
  'source.circuit-open': {
    passed: AUTHORIZED,
    gateway: { breaker: { minimumCalls: 1, restMs: 60_000 } },
    source: status(500),
    go: async ({ call, harness }) => {
      await harness.call();
      return await call();
    },
  },
  'source.busy': {
    passed: AUTHORIZED,
    gateway: { breaker: { concurrency: 1 } },
    source: () => {},
    go: async ({ call, harness }) => {
      const first = harness.call();
      await vi.waitFor(() => expect(harness.source.asked).toHaveLength(1));
      const second = await call();
      await first;
      return second;
    },
  },
  'source.unavailable': { passed: AUTHORIZED, source: (req) => req.socket.destroy() },
  'exchange.timeout': {
    passed: AUTHORIZED,
    source: () => {},
    go: async ({ call }) => await call({ headers: { 'Request-Timeout-Ms': '200' } }),
  },
  'source.timeout': { passed: AUTHORIZED, source: () => {} },
  'source.failed': { passed: AUTHORIZED, source: status(500) },
  'source.refused': { passed: AUTHORIZED, source: status(404) },
  'source.unauthorized': { passed: AUTHORIZED, source: status(401) },
  'source.too-large': { passed: AUTHORIZED, source: record({ text: residentId.repeat(4000) }) },
  'source.contract-broken': { passed: FETCHED, source: record({ ...exampleResident(), sex: name }) },
  'treatment.unfit': {
    passed: VALIDATED,
    source: record(workOrder(residentId)),
    go: async ({ call }) => await call(CALL_BACK),
  },
  'answer.invalid': {
    passed: VALIDATED,
    go: async ({ harness, parts, headers }) => {
      const listener = await serveBrokenPlans(parts, harness.gateway.snapshot);
      const authorized = { ...headers, Authorization: `Bearer ${await harness.token()}` };
      const reply = await send(listener.url, { body: ask, headers: authorized });
      await listener.close();
      return reply;
    },
  },
  'ledger.unwritable': {
    passed: 'nothing is entered',
    gateway: {},
    go: async ({ call, harness }) => {
      await harness.database.tamper('revoke execute on function ledger.append(text) from shuqiao_exchange');
      return await call();
    },
  },
  'ledger.unanchored': {
    passed: IDENTIFIED,
    gateway: {
      database: postgresDatabase,
      environment: { SHUQIAO_LEDGER_LOOK_INTERVAL_MS: '50', SHUQIAO_LEDGER_GRACE_SECONDS: '60' },
      parts: () => ({ trustPolicy: anchoring().policy, clock: { now: () => Date.now() + 120_000 } }),
    },
    go: async ({ call, harness }) => {
      // The first one may be before the gateway looked again.
      await harness.call();
      await expect.poll(async () => (await fetch(`${harness.gateway.urls.telemetry}/readyz`)).status).toBe(503);
      return await call();
    },
  },
  'caller.left': {
    passed: AUTHORIZED,
    gateway: {},
    source: () => {},
    go: async ({ call, harness }) => {
      const leaving = new AbortController();
      const left = expect(call({ signal: leaving.signal })).rejects.toThrow('aborted');
      await vi.waitFor(() => expect(harness.source.asked).toHaveLength(1));
      leaving.abort();
      await left;
      await vi.waitFor(async () => expect(await harness.entries()).toHaveLength(1));
      return undefined;
    },
  },
  internal: {
    passed: PROJECTED,
    // Salts are the only things of 32 bytes: first that of the source's answer, then that of ours. What is entered of the
    // failure has one of its own, and gets it.
    gateway: {
      parts: () => {
        let salts = 0;
        const bytes = (length: number): Uint8Array => {
          if (length === 32) salts += 1;
          return length === 32 && salts === 2 ? outOfRandomness() : randomBytes(length);
        };
        return { random: { bytes } };
      },
    },
  },
};

/** A call while another waits for its source, and is left waiting. */
async function callBeside(harness: Harness, call: Going['call']): Promise<Reply> {
  const leaving = new AbortController();
  const first = harness.call({ signal: leaving.signal }).catch(() => {});
  await vi.waitFor(() => expect(harness.source.asked).toHaveLength(1));
  const second = await call();
  leaving.abort();
  await first;
  return second;
}

function outOfRandomness(): never {
  throw new Error(`no randomness for ${residentId}`);
}

/** Plain HTTP, as the control listener speaks it and the exchange listener does not. */
async function askPlain(url: string, headers: Record<string, string>): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          problem: () => JSON.parse(body) as never,
          open: async () => await Promise.reject(new Error('a problem is not sealed')),
        });
      });
    })
      .on('error', reject)
      .end();
  });
}
