import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { StageName } from '../../src/domain/observer.ts';
import type { ProblemCode } from '../../src/domain/problems.ts';
import type { Database } from '../../src/store/database.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { exampleResident, type Harness, type Reply, startHarness } from '../support/harness.ts';
import { impatientDatabase } from '../support/own-postgres.ts';
import { canaries, expectNoneOf, expectProblem, kept } from '../support/problems.ts';

const RELEASED = 'released';
let harness: Harness;
/** Set by a test: what becomes of the ledger's statements. */
let append: (commit: () => Promise<readonly object[]>, entries: string) => Promise<readonly object[]>;

beforeEach(async () => {
  append = async (commit) => await commit();
  harness = await startHarness({
    parts: ({ databases }) => ({ databases: { ...databases, exchange: watched(databases.exchange) } }),
  });
});
afterEach(async () => await harness.close());

/** The real database, with a place between it and the ledger's statements. */
function watched(exchange: Database): Database {
  return {
    ...exchange,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      sql.includes('ledger.append')
        ? ((await append(async () => await exchange.query(sql, values), String(values[0]))) as readonly Row[])
        : await exchange.query<Row>(sql, values),
  };
}

/** Not that it was released; that it failed may be. */
function expectUnreleased(reply: Reply): void {
  expectProblem(reply, 'ledger.unwritable');
  expect(reply.headers['retry-after']).toBe('1');
  // A sealed answer is five parts of base64url, of which the first says how it is sealed.
  expect(reply.body).not.toMatch(/ey[\w-]+\.[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*/);
  expect(reply.body.length).toBeLessThan(1000);
}

function expectUnrecorded(reply: Reply): void {
  expectUnreleased(reply);
  expect(Object.keys(reply.headers)).not.toContain('receipt-index');
}

async function isRecorded(exchange: unknown): Promise<readonly (readonly unknown[])[]> {
  return (await harness.entries())
    .filter((entry) => entry['exchange'] === exchange)
    .map(({ outcome, code }) => [outcome, code]);
}

describe('an exchange that the ledger does not take', () => {
  it('releases nothing if the right to write was withdrawn, and goes on by itself when it is given back', async () => {
    await harness.database.tamper('revoke execute on function ledger.append(text) from shuqiao_exchange');
    const reply = await harness.call();
    expectUnrecorded(reply);
    expect(harness.source.asked).toHaveLength(1);
    const ready = await fetch(`${harness.gateway.urls.telemetry}/readyz`);
    expect(ready.status).toBe(503);
    await harness.database.tamper('grant execute on function ledger.append(text) to shuqiao_exchange');
    expect(await harness.entries()).toEqual([]);
    expect((await harness.call()).status).toBe(200);
    expect((await fetch(`${harness.gateway.urls.telemetry}/readyz`)).status).toBe(200);
  });

  it('releases nothing if the entry was written but nobody said so, and the ledger says more than was released', async () => {
    append = async (commit, entries) => {
      const rows = await commit();
      if (entries.includes(RELEASED)) throw new Error('the connection closed after the commit');
      return rows;
    };
    const reply = await harness.call();
    expectUnrecorded(reply);
    const recorded = await isRecorded(reply.problem().exchangeId);
    // One entry an exchange: that it failed is not entered beside it.
    expect(recorded).toEqual([[RELEASED, undefined]]);
  });

  it('releases nothing if it was not written, and the failure is entered with every stage passed before', async () => {
    append = async (commit, entries) => {
      if (entries.includes(RELEASED)) throw new Error(`the ledger says no to ${exampleResident().residentId}`);
      return await commit();
    };
    const reply = await harness.call();
    expectUnreleased(reply);
    const [entry] = await harness.entries();
    const stages: readonly StageName[] = ['identify', 'authorize', 'fetch', 'validate', 'project', 'seal'];
    const code: ProblemCode = 'ledger.unwritable';
    expect(entry).toMatchObject({ outcome: 'failed', code, stages });
    expect(Object.keys(entry?.['digests'] ?? {})).toEqual(['request', 'source']);
    expectNoneOf(await kept(harness), canaries());
  });

  it('releases nothing if the ledger answers, but not for it', async () => {
    append = async (commit, entries) => (entries.includes(RELEASED) ? [] : await commit());
    expectUnreleased(await harness.call());
  });

  it('is not told why it was refused if the refusal could not be entered', async () => {
    append = async () => await Promise.reject(new Error('away'));
    expectUnrecorded(await harness.call({ body: { purpose: 'geheim-4711', query: {} } }));
    expectUnrecorded(await harness.call({ system: undefined }));
    expectNoneOf([await harness.metrics()], ['grant.missing', 'identity.unproven']);
  });
});

describe('a ledger that is locked by somebody else', () => {
  it('is waited for as long as is configured, and nothing is released', async () => {
    const impatient = await impatientDatabase(harness.database.url ?? '');
    onTestFinished(impatient.close);
    const other = await startHarness({
      database: async () => ({ ...impatient, tamper: harness.database.tamper, close: async () => {} }),
    });
    onTestFinished(other.close);
    await withOwner(harness.database.url ?? '', async (owner) => {
      // Its one connection stays in the transaction until it is told to end it.
      await owner.script('begin; select from ledger.head for update');
      const replies = await Promise.all(Array.from({ length: 5 }, async () => await other.call()));
      for (const reply of replies) expectUnrecorded(reply);
      await owner.script('rollback');
    });
    expect(await harness.entries()).toEqual([]);
    expect((await other.call()).status).toBe(200);
  });
});
