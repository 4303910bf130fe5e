import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { type Held, judgeLedger } from '../support/crash-harness.ts';
import { type Harness, type Reply, startHarness } from '../support/harness.ts';
import { entryNumber } from '../support/ledger.ts';
import { expectProblem } from '../support/problems.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/replicated-postgres.ts';

const CALLERS = 4;
const CONNECTIONS = 5;
const PATIENCE = { timeout: 30_000, interval: 50 };

let servers: ReplicatedPostgres;
let databases: Awaited<ReturnType<typeof openDatabases>>;
let harness: Harness;
const held: Held[] = [];
beforeAll(async () => {
  servers = await startReplicatedPostgres();
  const { url } = servers;
  databases = await openDatabases({ url, embeddedDir: '', maxConnections: CONNECTIONS, statementTimeoutMs: 300 });
  harness = await startHarness({
    database: async () => ({ databases, url, tamper: async () => {}, close: async () => await databases.close() }),
  });
}, 120_000);
afterAll(async () => {
  await harness.close();
  await servers.close();
});

const portOf = ({ url }: { readonly url: string }): number => Number(new URL(url).port);
const ready = async (): Promise<number> => (await fetch(`${harness.gateway.urls.telemetry}/readyz`)).status;

async function call(): Promise<Reply> {
  const reply = await harness.call();
  const { headers, status } = reply;
  if (status === 200)
    held.push({
      exchange: String(headers['exchange-id']),
      receipt: { index: Number(headers['receipt-index']), leaf: String(headers['receipt-leaf']) },
    });
  return reply;
}

async function expectRefused(): Promise<void> {
  expectProblem(await call(), 'ledger.unwritable');
  await expect.poll(ready, PATIENCE).toBe(503);
  expect((await fetch(`${harness.gateway.urls.telemetry}/livez`)).status).toBe(200);
}

async function expectReleases(): Promise<void> {
  await expect.poll(async () => (await call()).status, PATIENCE).toBe(200);
  await expect.poll(ready, PATIENCE).toBe(200);
}

/** Connections of the gateway that the primary has, its hung ones among them. */
async function connections(): Promise<number> {
  return await withOwner(servers.primary.url, async (owner) => {
    const [row] = await owner.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where application_name = 'shuqiao-exchange'`,
    );
    return row?.count ?? 0;
  });
}

describe('a gateway whose PostgreSQL has a standby', () => {
  it('refuses at a server that can only be read, and goes on when it is led to the primary again', async () => {
    await expectReleases();
    await servers.address.leadTo(portOf(servers.standby));
    await expectRefused();
    await servers.address.leadTo(portOf(servers.primary));
    await expectReleases();
  });

  it('refuses while the standby is away, and keeps no more connections hanging than it has', async () => {
    await servers.standby.kill();
    const replies = await Promise.all(Array.from({ length: 3 * CONNECTIONS }, call));
    for (const reply of replies) expectProblem(reply, 'ledger.unwritable');
    expect(replies.every(({ headers }) => headers['retry-after'] !== undefined)).toBe(true);
    expect(await ready()).toBe(503);
    await expect.poll(connections, PATIENCE).toBeLessThanOrEqual(CONNECTIONS + 1);
    await servers.standby.start();
    await expectReleases();
    await expect.poll(connections, PATIENCE).toBeLessThanOrEqual(CONNECTIONS);
  });

  it('takes no commit for one that somebody let go before the standby had it', async () => {
    await servers.standby.kill();
    const settled: string[] = [];
    const appended = ledgerWriter(databases.exchange)
      .append(entryNumber(0))
      .then(
        () => settled.push('acknowledged'),
        () => settled.push('failed'),
      );
    await withOwner(servers.primary.url, async (owner) => {
      while (settled.length === 0) {
        await owner.query(`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`);
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    await appended;
    await servers.standby.start();
    expect(settled).toEqual(['failed']);
    await expectReleases();
  });

  it('has on the promoted standby all that it released, when the primary dies in the midst of many', async () => {
    const stop = new AbortController();
    const before = held.length;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (!stop.signal.aborted) await call();
    });
    await expect.poll(() => held.length, PATIENCE).toBeGreaterThan(before + 3 * CALLERS);
    await servers.primary.crash();
    await servers.standby.promote();
    await servers.address.leadTo(portOf(servers.standby));
    const then = held.length;
    await expect.poll(() => held.length, PATIENCE).toBeGreaterThan(then + 3 * CALLERS);
    stop.abort();
    await Promise.all(callers);
    expect(await judgeLedger(servers.standby.url, held)).toEqual([]);
  });

  it('refuses at the old primary when that comes back, since nobody follows it', async () => {
    await servers.primary.start();
    await servers.address.leadTo(portOf(servers.primary));
    const released = held.length;
    await expectRefused();
    await servers.address.leadTo(portOf(servers.standby));
    await expectReleases();
    expect(held.length).toBe(released + 1);
    expect(await judgeLedger(servers.standby.url, held)).toEqual([]);
  });
});
