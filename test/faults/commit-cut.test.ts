import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/domain/ledger-entry.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { type Databases, openDatabases } from '../../src/store/open-databases.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { entryNumber, readRows, treesOf, verifyDatabase } from '../support/ledger.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const ITEMS = 3;
let database: TestDatabase;
let relay: TcpProxy;
let far: Databases;

beforeAll(async () => {
  database = await postgresDatabase();
  const { hostname: host, port } = new URL(database.url ?? '');
  relay = await startTcpProxy({ host, port: Number(port) });
  const url = Object.assign(new URL(database.url ?? ''), { port: String(relay.port) }).href;
  far = await openDatabases({ url, embeddedDir: '', maxConnections: 2, statementTimeoutMs: 2000 });
});
afterAll(async () => {
  await far.close();
  await relay.close();
  await database.close();
});
beforeEach(async () => {
  // A connection that is warm: nothing of what is cut is the making of one.
  await far.exchange.query('select');
});

/** Several at once: the first goes by itself and the others after it as one batch; either can be the one that is cut. */
async function appendSeveral(
  cut: () => void,
): Promise<{ readonly ids: readonly string[]; readonly receipts: readonly Receipt[] }> {
  const { append } = ledgerWriter(far.exchange);
  const entries = Array.from({ length: ITEMS }, (_, number) => entryNumber(number));
  await append(entryNumber(99));
  cut();
  const receipts = await Promise.all(entries.map(async (entry) => await append(entry)));
  return { ids: entries.map(({ exchange }) => exchange), receipts };
}

async function expectEachOnce({ ids, receipts }: Awaited<ReturnType<typeof appendSeveral>>): Promise<void> {
  const rows = await readRows(database.databases);
  for (const [place, id] of ids.entries()) {
    const found = rows.filter(({ columns }) => columns.exchange === id);
    expect(found.map(({ index, leaf }) => ({ index, leaf }))).toEqual([receipts[place]]);
  }
  const { stored, computed } = await treesOf(database.databases);
  expect(stored).toEqual(computed);
  expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent' });
}

/** How many bytes a lone append sends, and gets back. */
async function bytesOfAppend(): Promise<{ readonly out: number; readonly back: number }> {
  relay.cutAfter('out', Number.POSITIVE_INFINITY);
  await ledgerWriter(far.exchange).append(entryNumber(0));
  return relay.passed();
}

describe('a connection that is cut while a batch is committed', () => {
  it.each(['out', 'back'] as const)(
    'leaves every entry written once and answered for, wherever it is cut on the way %s',
    async (way) => {
      const { [way]: bytes } = await bytesOfAppend();
      expect(bytes).toBeGreaterThan(50);
      const step = way === 'out' ? Math.ceil(bytes / 12) : 7;
      for (let at = 1; at < 2 * bytes; at += step) {
        const before = relay.connections();
        await expectEachOnce(await appendSeveral(() => relay.cutAfter(way, at)));
        expect(relay.connections()).toBeGreaterThan(before);
      }
    },
  );

  it('says so for all of them when nobody can be reached again in time, and each is there at most once', async () => {
    const { append } = ledgerWriter(far.exchange);
    const entries = Array.from({ length: ITEMS }, (_, number) => entryNumber(number));
    relay.cutAfter('back', 1);
    relay.refuseNext(1_000);
    const settled = await Promise.allSettled(entries.map(async (entry) => await append(entry)));
    relay.refuseNext(0);
    expect(settled.map(({ status }) => status)).toEqual(Array.from({ length: ITEMS }, () => 'rejected'));
    const rows = await readRows(database.databases);
    for (const { exchange } of entries)
      expect(rows.filter(({ columns }) => columns.exchange === exchange).length).toBeLessThanOrEqual(1);
    // Who asks again is told where it stands, or it is written now.
    const receipts = await Promise.all(entries.map(async (entry) => await append(entry)));
    await expectEachOnce({ ids: entries.map(({ exchange }) => exchange), receipts });
  });
});
