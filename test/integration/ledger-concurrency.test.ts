import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { openDatabases } from '../../src/store/open-databases.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { entryNumber, numberOf, readRows, verifyDatabase } from '../support/ledger.ts';
import { built, node } from '../support/shuqiao.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await postgresDatabase();
});
afterEach(async () => await database.close());

describe('a ledger that several gateways write at once', () => {
  it('has every entry once, at the place its receipt says, without a gap, and each writer in its own order', async () => {
    const receipts = await Promise.all(Array.from({ length: 4 }, async (_, writer) => await writeMany(writer, 200)));
    const rows = await readRows(database.databases);
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 800 }, (_, index) => index));
    for (const [writer, places] of receipts.entries()) {
      expect(places.map(({ index }) => numberOf(rows[index]?.columns.exchange))).toEqual(
        Array.from({ length: 200 }, (_, number) => writer * 1000 + number),
      );
      expect(places.map(({ leaf }) => leaf)).toEqual(places.map(({ index }) => rows[index]?.leaf));
      expect(places.map(({ index }) => index)).toEqual(places.map(({ index }) => index).sort((a, b) => a - b));
    }
    // They did race: nobody wrote all of its own before anybody else came.
    expect(receipts.every((places) => (places.at(-1)?.index ?? 0) - (places[0]?.index ?? 0) > 200)).toBe(true);
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent', size: 800 });
  });

  it('verifies also when they are processes of their own', async () => {
    const runs = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        async (name) =>
          await node(['--input-type=module', '-e', WRITER, name], {
            environment: { DATABASE_URL: database.url ?? '', STORE: pathToFileURL(`${built('store')}/`).href },
          }),
      ),
    );
    expect(runs).toEqual(Array.from({ length: 4 }, () => ({ status: 0, out: '100', err: '' })));
    const rows = await readRows(database.databases);
    const ofEach = ['a', 'b', 'c', 'd'].map(
      (name) => rows.filter(({ columns }) => columns.exchange.startsWith(name)).length,
    );
    expect(ofEach).toEqual([100, 100, 100, 100]);
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent', size: 400 });
  });
});

async function writeMany(writer: number, count: number) {
  const databases = await openDatabases({
    url: database.url,
    embeddedDir: '',
    maxConnections: 2,
    statementTimeoutMs: 10_000,
  });
  const { append } = ledgerWriter(databases.exchange);
  try {
    const receipts = [];
    // Ten at a time: many batches, so that the writers do meet.
    for (let number = 0; number < count; number += 10) {
      const batch = Array.from({ length: 10 }, (_, offset) => entryNumber(writer * 1000 + number + offset));
      receipts.push(...(await Promise.all(batch.map(async (entry) => await append(entry)))));
    }
    return receipts;
  } finally {
    await databases.close();
  }
}

const WRITER = `
  const { openDatabases } = await import(process.env.STORE + 'open-databases.js');
  const { ledgerWriter } = await import(process.env.STORE + 'ledger.js');
  const settings = { embeddedDir: '', maxConnections: 1, statementTimeoutMs: 10000 };
  const databases = await openDatabases({ url: process.env.DATABASE_URL, ...settings });
  const { append } = ledgerWriter(databases.exchange);
  let written = 0;
  for (; written < 100; written += 1)
    await append({ kind: 'exchange', exchange: process.argv[1].repeat(8) + '-0000-7000-8000-' + String(written).padStart(12, '0'), outcome: 'refused' });
  await databases.close();
  process.stdout.write(String(written));
`;
