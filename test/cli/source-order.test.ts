import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { OperatorEntry } from '../../src/domain/ledger-entry.ts';
import { breakerOrders, orderBreaker } from '../../src/store/breaker-orders.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { expectEntriesToFit } from '../support/entry-fits.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { expectProblem } from '../support/problems.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

const POPULATION = 'public-security.population-register';

function ordered(order: string, source = POPULATION): OperatorEntry {
  const digest = randomBytes(32).toString('base64url');
  return {
    v: 3,
    kind: 'breaker-order',
    id: randomUUID(),
    decidedAt: new Date().toISOString(),
    digestedWith: 'key',
    officer: digest,
    reason: digest,
    source,
    order,
  };
}

describe('an order to the breakers of a source', () => {
  let one: Harness;
  let other: Harness;
  beforeAll(async () => {
    one = await startHarness();
    other = await startHarness({ database: async () => ({ ...one.database, close: async () => {} }) });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });
  const order = async (what: string, source?: string): Promise<unknown> =>
    await orderBreaker(one.database.databases.control, ordered(what, source), []);
  const status = async ({ call }: Harness): Promise<number> => (await call()).status;

  it('is carried out by every gateway within a second, and stays until the next one', async () => {
    for (const gateway of [one, other]) expect(await status(gateway)).toBe(200);
    await order('open');
    for (const gateway of [one, other]) await expect.poll(async () => await status(gateway)).toBe(503);
    const asked = one.source.asked.length;
    const reply = await one.call();
    expectProblem(reply, 'source.circuit-open');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(one.source.asked).toHaveLength(asked);
    await order('open', 'taxation.no-such-source');
    await order('reset');
    for (const gateway of [one, other]) await expect.poll(async () => await status(gateway)).toBe(200);
    const entries = await one.breakerEntries();
    expect(new Set(entries.map(({ gateway }) => gateway)).size).toBe(2);
    expect(entries.map(({ to }) => to)).toEqual(['open', 'open', 'closed', 'closed']);
    expect(entries.map(({ why }) => why)).toEqual(['by-hand', 'by-hand', 'by-hand', 'by-hand']);
  });

  it('holds for a gateway that starts later', async () => {
    await order('open');
    const late = await startHarness({ database: async () => ({ ...one.database, close: async () => {} }) });
    expect(await status(late)).toBe(503);
    expect(late.source.asked).toEqual([]);
    await order('reset');
    await expect.poll(async () => await status(late)).toBe(200);
    await late.close();
  });
});

describe('shuqiao source', () => {
  it('opens, and enters who did it and why, not in clear; says how it is called where one of them is missing', async () => {
    const database: TestDatabase = await postgresDatabase();
    onTestFinished(database.close);
    const folder = scratchFolder({ 'kek.key': randomBytes(32).toString('hex') });
    const environment = {
      DATABASE_URL: String(database.url),
      SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(folder, 'kek.key'),
    };
    expect((await shuqiao(['key', 'generate', '--use', 'ledger'], { environment })).status).toBe(0);
    const call = ['source', 'open', '--source', POPULATION, '--officer', 'officer-4711'];
    expect(await shuqiao(call, { environment })).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringMatching(/^usage: /),
    });
    const { status, out, err } = await shuqiao([...call, '--reason', 'maintenance-4711'], { environment });
    expect([err, status]).toEqual(['', 0]);
    expect(out).toContain('as entry 0 says');
    const [row, ...others] = await database.databases.control.query<{ entry: string }>(
      'select entry from ledger.entry',
    );
    const entry = JSON.parse(row?.entry ?? '') as JsonObject;
    expectEntriesToFit([entry]);
    expect(entry).toMatchObject({ kind: 'breaker-order', source: POPULATION, order: 'open' });
    expect(await breakerOrders(database.databases.exchange).read()).toEqual([
      { source: POPULATION, order: 'open', id: entry['id'] },
    ]);
    expect(row?.entry).not.toContain('4711');
    expect(others).toEqual([]);
  });
});
