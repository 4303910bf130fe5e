import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlApp } from '../../src/control-plane/app.ts';
import { createExchangeApp } from '../../src/data-plane/app.ts';
import { STAGES } from '../../src/domain/observer.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { ledgerOf, readerOf } from '../support/ledger-rows.ts';

const needs = {
  clock: { now: () => 0 },
  random: { bytes: (length: number) => new Uint8Array(length) },
  report: () => {},
  count: () => {},
};

describe('the stages of an exchange', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(async () => await harness.close());

  it('stand in their folders in the order in which they run', () => {
    const folders = readdirSync('src/data-plane', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    expect(folders).toEqual(STAGES.map((stage, index) => `${index + 1}-${stage}`));
    for (const [index, stage] of STAGES.entries()) {
      expect(readdirSync(`src/data-plane/${index + 1}-${stage}`)).toContain(`${stage}.ts`);
    }
  });

  it('are awaited in that order, each under its own name', () => {
    const source = readFileSync('src/data-plane/exchange.ts', 'utf8');
    const calls = [...source.matchAll(/(await )?journey\.through\('(\w+)', \w+, stages\.(\w+)\)/g)];
    expect(calls.map(([, awaited, name, stage]) => [awaited, name, stage])).toEqual(
      STAGES.map((stage) => ['await ', stage, stage]),
    );
    const steps = /export interface ExchangeStages \{([^}]*)\}/.exec(source)?.[1] ?? '';
    expect([...steps.matchAll(/readonly (\w+):/g)].map(([, name]) => name)).toEqual([...STAGES]);
  });

  it('are those that a released exchange has in the ledger, up to recording itself', async () => {
    const reply = await harness.call();
    expect(reply.status).toBe(200);
    const [entry] = (await harness.entries()).slice(-1);
    const passed = ['identify', 'authorize', 'fetch', 'validate', 'project', 'seal'];
    expect(entry?.['stages']).toEqual(passed);
    expect(STAGES).toEqual([...passed, 'record', 'respond']);
  });
});

describe('the middleware', () => {
  it('of the exchange listener counts, answers problems, names, refuses unclear heads, gives tokens and routes, from the outside in', () => {
    const app = createExchangeApp({
      ...needs,
      serveTokens: async function serveTokens() {},
      exchange: async () => ({ status: 200, headers: {}, body: '' }),
      publishedKeys: async () => [],
      receipts: {
        snapshot: () => loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' }),
        admission: { frozenAs: async () => 'system' },
        receipts: { ofExchange: async () => undefined, ofRequest: async () => undefined },
        hashes: () => async () => [],
      },
      observer: { stageEnded: () => {}, exchangeEnded: () => {}, deliveryAborted: () => {}, breakerChanged: () => {} },
      peerOf: () => ({ certificate: undefined, unproven: 'no-certificate' }),
      limits: { maxBytes: 1, timeoutMs: 1 },
      exchangeTimeoutMs: 1,
      elsewhere: async (work) => await work(),
    });
    expect(app.middleware.map(({ name }) => name)).toEqual([
      'measureRequests',
      'answerProblems',
      'nameRequest',
      'refuseUnclearHeads',
      'serveTokens',
      'nameLedger',
      'exchangeRoute',
      'receiptRoute',
      'keySet',
      'nothingElse',
    ]);
  });

  it('of the control listener turns foreign hosts away before it looks at the path', () => {
    const app = createControlApp({
      ...needs,
      ledger: readerOf(ledgerOf([])),
      sourceStates: () => new Map(),
      snapshot: () => loadSnapshot({ contractsDir: 'contracts', policiesDir: 'policies' }),
    });
    // The router's is the library's own, without a name of ours.
    expect(app.middleware.map((each) => ('router' in each ? 'the routes' : each.name))).toEqual([
      'measureRequests',
      'answerProblems',
      'nameRequest',
      'ownHostOnly',
      'refuseUnclearHeads',
      'the routes',
      'nothingElse',
    ]);
  });
});
