import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAFT_HEADERS, HEADERS } from '../../src/http/headers.ts';
import type { LogEvent, LogFields } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { parseExposition } from '../support/prometheus.ts';

// Whatever the type gains has to be added here, where somebody reads it.
const FIELDS: Record<keyof LogFields, true> = {
  exchange: true,
  request: true,
  system: true,
  contract: true,
  purpose: true,
  outcome: true,
  code: true,
  reason: true,
  signal: true,
  grant: true,
  source: true,
  endpoint: true,
  state: true,
  why: true,
  ms: true,
  url: true,
  size: true,
  cause: true,
  at: true,
  snapshot: true,
  grants: true,
  faults: true,
  file: true,
  pointer: true,
  fault: true,
  origin: true,
  witness: true,
  refusal: true,
  frozen: true,
  breakGlass: true,
};

const EVENTS: Record<LogEvent, true> = {
  listening: true,
  exchange: true,
  'delivery-aborted': true,
  shed: true,
  breaker: true,
  'breaker-change-unrecorded': true,
  'breaker-orders-unreadable': true,
  enumeration: true,
  problem: true,
  'database-connection-lost': true,
  'snapshot-loaded': true,
  'snapshot-refused': true,
  'snapshot-fault': true,
  'key-ring-unreadable': true,
  'tls-loaded': true,
  'tls-refused': true,
  'tls-fault': true,
  'checkpoint-cosigned': true,
  'checkpoint-refused': true,
  'ledger-anchored': true,
  'ledger-unanchored': true,
  'ledger-grace-over': true,
  'ledger-cut': true,
  'checkpoints-unreadable': true,
  'nothing-outside-vouches-for-the-ledger': true,
  'witness-missed': true,
  'witness-back': true,
  stopping: true,
  stopped: true,
  'database-not-durable': true,
  'checkpoint-published': true,
  'publisher-not-alone': true,
  'publisher-refused': true,
  'publisher-waiting': true,
  'publisher-failed': true,
  'subject-keys-beside-ledger': true,
  frozen: true,
  'freeze-lifted': true,
  'freezes-unreadable': true,
  'break-glass-opened': true,
  'break-glass-ended': true,
  'break-glass-used': true,
  'break-glass-refused': true,
  'break-glass-unreadable': true,
};

describe('metrics', () => {
  it('are called shuqiao_, in lower case, and say what they count in', async () => {
    const { types } = parseExposition((await createMetrics().text()).body);
    const own = [...types].filter(([name]) => !/^(?:process|nodejs)_/.test(name));
    expect(own.length).toBeGreaterThanOrEqual(8);
    const units: Readonly<Record<string, string>> = {
      counter: 'total',
      histogram: '(?:seconds|bytes)',
      gauge: '(?:seconds|bytes|entries|info|state|live|generation|freezes|grants|calls)',
    };
    const misnamed = own.filter(
      ([name, type]) => !new RegExp(`^shuqiao(?:_[a-z]+)*_${units[type] ?? 'nothing'}$`).test(name),
    );
    expect(misnamed).toEqual([]);
  });
});

describe('what a gateway says while exchanges end in every way', () => {
  const CANARY = { name: '金丝雀', case: 'CANARY-CASE-7', officer: 'CANARY-OFFICER-7', purpose: 'canary-purpose-7' };
  let harness: Harness;
  const headers: string[] = [];
  const toSources: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    harness = await startHarness({ environment: { SHUQIAO_LEDGER_ORIGIN: 'ledger.example/1' } });
    const { residentId } = harness.resident;
    const query = { residentId, name: CANARY.name };
    const { case: matter, officer } = CANARY;
    const replies = [
      await harness.call({ body: { purpose: 'open-a-shop', query, case: matter, officer } }),
      await harness.call({ body: { purpose: CANARY.purpose, query, case: matter, officer } }),
      await harness.call({ body: { purpose: 'open-a-shop', query: { ...query, [CANARY.case]: 1 }, fields: ['/x'] } }),
      await harness.call({ path: `/exchange/public-security/${CANARY.purpose}/v1` }),
      await harness.call({ path: `/people/${residentId}?name=${CANARY.case}` }),
      await harness.call({ headers: { 'Request-Id': CANARY.case, 'User-Agent': CANARY.officer } }),
      await harness.call({ system: undefined }),
    ];
    harness.source.behave((_req, res, query) => res.writeHead(500).end(JSON.stringify(query)));
    replies.push(await harness.call({ body: { purpose: 'open-a-shop', query } }));
    harness.source.behave((_req, res, query) =>
      res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ...query, canary: officer })),
    );
    replies.push(await harness.call({ body: { purpose: 'open-a-shop', query } }));
    expect(replies.map(({ status }) => status)).toEqual([200, 403, 403, 403, 404, 400, 401, 502, 502]);
    headers.push(...replies.flatMap((reply) => Object.keys(reply.headers)));
    toSources.push(...harness.source.received.map((received) => received.headers));
  });
  afterAll(async () => await harness.close());

  const personal = () => [...Object.values(CANARY), harness.resident.residentId, harness.resident.name];

  it('holds no word of a query, a caller or a record in the log', () => {
    const log = harness.log.join('');
    expect(log).toContain('"outcome":"released"');
    expect(log).toContain('"code":"source.contract-broken"');
    expect(personal().filter((word) => log.includes(word))).toEqual([]);
  });

  it('nor in the metrics', async () => {
    const metrics = await harness.metrics();
    expect(personal().filter((word) => metrics.includes(word))).toEqual([]);
  });

  it('is one line of JSON an event, with fields of the list only', () => {
    for (const line of harness.log) {
      expect(line.endsWith('}\n')).toBe(true);
      const { time, level, event, ...fields } = JSON.parse(line) as Record<string, string>;
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(['info', 'warn', 'error']).toContain(level);
      expect(Object.keys(EVENTS)).toContain(event);
      expect(Object.keys(fields).filter((field) => !Object.hasOwn(FIELDS, field))).toEqual([]);
    }
  });

  it('names its own code where something failed, never the text of the failure', () => {
    const problems = harness.log.map((line) => JSON.parse(line) as Record<string, string>);
    const reported = problems.filter(({ event }) => event === 'problem');
    expect(reported.length).toBeGreaterThan(0);
    for (const { cause } of reported) expect(cause).toMatch(/^[A-Z]\w*(?: [\w.-]+)?$/);
  });

  it('comes with headers that are standard or stand in src/http/headers.ts', () => {
    const own = Object.values({ ...HEADERS, ...DRAFT_HEADERS }).map(({ name }) => name.toLowerCase());
    const standard = [
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'retry-after',
      'www-authenticate',
    ];
    expect([...new Set(headers)].filter((name) => !own.includes(name) && !standard.includes(name))).toEqual([]);
    const asking = new Set(toSources.flatMap((sent) => Object.keys(sent)));
    const standardAsking = ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'];
    expect([...asking].filter((name) => !own.includes(name) && !standardAsking.includes(name))).toEqual([]);
    // The one is of requests; the other of answers in JSON, which none of these grants allows: test/exchange/200-json.test.ts.
    expect(own.filter((name) => !headers.includes(name) && !asking.has(name))).toEqual([
      HEADERS.requestTimeout.name.toLowerCase(),
      HEADERS.answerSignature.name.toLowerCase(),
    ]);
  });

  it('tells a source no word of the caller or of the query beside the body', () => {
    expect(toSources.length).toBeGreaterThan(2);
    const claims = toSources.map(({ 'exchange-context': context = '' }) =>
      String(context)
        .split('.', 2)
        .map((part) => Buffer.from(part, 'base64url').toString('utf8')),
    );
    expect(claims.flat().filter((part) => part.includes('"jti"')).length).toBe(toSources.length);
    const told = JSON.stringify([toSources, claims]);
    expect(personal().filter((word) => told.includes(word))).toEqual([]);
  });
});
