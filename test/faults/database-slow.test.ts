import { readdirSync } from 'node:fs';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { pgDatabase } from '../../src/store/pg-database.ts';
import { type Harness, type Reply, startHarness } from '../support/harness.ts';
import { impatientDatabase } from '../support/own-postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { expectProblem } from '../support/problems.ts';

const AT_ONCE = 24;
const PATIENCE = { timeout: 30_000, interval: 50 };
// Those of both planes, as `impatientDatabase` has them.
const CONNECTIONS = 5 + 2;
const HEAP_GROWTH_BYTES = 30 * 1024 * 1024;

let postgres: PostgresServer;
let harness: Harness;
let before: { readonly files: number; readonly heap: number };
beforeAll(async () => {
  postgres = await startPostgres(['-c fsync=off', '-c max_connections=20', '-c superuser_reserved_connections=0']);
  await withOwner(postgres.url, migrate);
  const database = await impatientDatabase(postgres.url);
  harness = await startHarness({ database: async () => ({ ...database, tamper: async () => {} }) });
  await many();
  before = { files: openFiles(), heap: heapAfterCollection() };
}, 120_000);
afterAll(async () => {
  await harness.close();
  await postgres.stop();
});

const openFiles = (): number => readdirSync('/proc/self/fd').length;

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return getHeapStatistics().used_heap_size;
}

const many = async (): Promise<readonly Reply[]> =>
  await Promise.all(Array.from({ length: AT_ONCE }, async () => await harness.call()));

async function health(path: string): Promise<number> {
  return (await fetch(`${harness.gateway.urls.telemetry}/${path}`)).status;
}

async function expectRefused(): Promise<void> {
  const underWay = many();
  expect(await health('livez')).toBe(200);
  for (const reply of await underWay) {
    expectProblem(reply, 'ledger.unwritable');
    expect(reply.headers['retry-after']).toBe('1');
  }
  expect(await health('livez')).toBe(200);
  expect(await health('readyz')).toBe(503);
}

/** By itself, with no more connections than it had, and with nothing left that it began. */
async function expectRecovery(): Promise<void> {
  await expect.poll(async () => (await harness.call()).status, PATIENCE).toBe(200);
  await expect.poll(async () => await health('readyz'), PATIENCE).toBe(200);
  const replies = await many();
  expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
  await expect.poll(async () => (await connections()).busy, PATIENCE).toBe(0);
  await expect.poll(async () => (await connections()).count, PATIENCE).toBeLessThanOrEqual(CONNECTIONS);
}

async function connections(): Promise<{ readonly count: number; readonly busy: number }> {
  return await withOwner(postgres.url, async (owner) => {
    const [row] = await owner.query<{ count: number; busy: number }>(
      `select count(*)::int as count, (count(*) filter (where state <> 'idle'))::int as busy
       from pg_stat_activity where application_name in ('shuqiao-exchange', 'shuqiao-control')`,
    );
    return row ?? { count: 0, busy: 0 };
  });
}

describe('a gateway whose PostgreSQL', () => {
  it('is held up by a lock of somebody refuses everybody in time, and goes on when it is let go', async () => {
    const other = new pg.Client({ connectionString: postgres.url });
    await other.connect();
    await other.query('begin; select from ledger.head for update');
    await expectRefused();
    await other.end();
    await expectRecovery();
  });

  it('hangs refuses everybody in time, and goes on when that wakes', async () => {
    const wake = await postgres.freeze();
    try {
      await expectRefused();
    } finally {
      wake();
    }
    await expectRecovery();
  });

  it('has no connection left for it refuses, and goes on when it gets one', async () => {
    const greedy: pg.Client[] = [];
    const takeAll = async (): Promise<void> => {
      for (;;) {
        const client = new pg.Client({ connectionString: postgres.url }).on('error', () => {});
        const taken = await client.connect().then(
          () => true,
          () => false,
        );
        if (!taken) return;
        greedy.push(client);
      }
    };
    await takeAll();
    // The gateway tries to connect again all the time, and may be faster.
    await expect
      .poll(async () => {
        const ended = await greedy[0]?.query(
          `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like 'shuqiao-%'`,
        );
        await takeAll();
        return ended?.rows.length;
      }, PATIENCE)
      .toBe(0);
    await expectRefused();
    await Promise.all(greedy.map(async (client) => await client.end()));
    await expectRecovery();
  });

  it('lets nobody through has no more than so many waiting for a connection', async () => {
    const database = pgDatabase({ url: postgres.url, role: 'exchange', maxConnections: 1, statementTimeoutMs: 500 });
    const wake = await postgres.freeze();
    // One has the connection, or will have it.
    const settled = Promise.allSettled(Array.from({ length: 1 + 4096 }, async () => await database.query('select')));
    const further = await Promise.allSettled([database.query('select')]);
    wake();
    await settled;
    await database.close();
    expect(further).toMatchObject([{ reason: { message: 'too many statements wait for a connection' } }]);
  });

  it('has done all of that to it holds no file and no memory for that', async () => {
    await expect.poll(openFiles, PATIENCE).toBeLessThanOrEqual(before.files + CONNECTIONS);
    expect(heapAfterCollection() - before.heap).toBeLessThan(HEAP_GROWTH_BYTES);
  });
});
