import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { canonicalJson } from '../src/domain/canonical-json.ts';
import { uuidV7 } from '../src/domain/identifier.ts';
import type { LedgerEntry } from '../src/domain/ledger-entry.ts';
import { ledgerWriter } from '../src/store/ledger.ts';
import { openDatabases } from '../src/store/open-databases.ts';

export const APPEND_WAYS = ['ledger', 'rowPerRequest', 'unchained'] as const;
export const LONE_WAYS = ['ledger', 'singleRow'] as const;

type Append = () => Promise<unknown>;

interface Ways {
  readonly many: ReadonlyMap<string, Append>;
  readonly lone: ReadonlyMap<string, Append>;
  close(): Promise<void>;
}

const COLUMNS = `index bigserial primary key, entry text not null, leaf bytea not null, chain bytea not null,
  recorded_at timestamptz not null default clock_timestamp(),
  exchange uuid not null unique, outcome text not null, consumer text not null, contract text not null`;

/** The ledger, and beside it what others do with the same entries, each in a table of its own in the same database. */
export async function prepareWays(pool: pg.Pool, url: string): Promise<Ways> {
  await pool.query(`create schema bench;
    create table bench.head (only_row boolean primary key default true, size bigint, chain bytea) with (fillfactor = 10);
    insert into bench.head values (true, 0, decode(repeat('00', 32), 'hex'));
    create table bench.chained (${COLUMNS}); create table bench.unchained (${COLUMNS});
    create table bench.single (id bigserial primary key, entry text not null);
    grant usage on schema bench to shuqiao_exchange; grant insert on bench.single to shuqiao_exchange;
    grant usage on bench.single_id_seq to shuqiao_exchange`);
  const settings = { url, embeddedDir: '', maxConnections: 10, statementTimeoutMs: 10_000 };
  const databases = await openDatabases(settings);
  const bare = await openDatabases(settings);
  const writer = ledgerWriter(databases.exchange);
  const ledger = async (): Promise<unknown> => await writer.append(someEntry());
  return {
    many: new Map<(typeof APPEND_WAYS)[number], Append>([
      ['ledger', ledger],
      ['rowPerRequest', async () => await rowPerRequest(pool)],
      ['unchained', async () => await pool.query(insertInto('bench.unchained'), rowOf(someEntry(), randomBytes(32)))],
    ]),
    lone: new Map<(typeof LONE_WAYS)[number], Append>([
      ['ledger', ledger],
      ['singleRow', async () => await bare.exchange.query(SINGLE, [canonicalJson(someEntry())], 'single')],
    ]),
    close: async () => {
      await databases.close();
      await bare.close();
    },
  };
}

const SINGLE = 'insert into bench.single (entry) values ($1)';

/** As it is mostly made: the head locked, the hash computed here, a row and the head written, committed. */
async function rowPerRequest(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ chain: Buffer }>('select chain from bench.head for update');
    const row = rowOf(someEntry(), rows[0]?.chain ?? Buffer.alloc(32));
    await client.query(insertInto('bench.chained'), row);
    await client.query('update bench.head set size = size + 1, chain = $1', [row[2]]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

function insertInto(table: string): string {
  return `insert into ${table} (entry, leaf, chain, exchange, outcome, consumer, contract) values ($1, $2, $3, $4, $5, $6, $7)`;
}

function rowOf(entry: LedgerEntry, before: Buffer): unknown[] {
  const text = canonicalJson(entry);
  const leaf = createHash('sha256').update(Uint8Array.of(0)).update(text, 'utf8').digest();
  const chain = createHash('sha256').update(before).update(leaf).digest();
  return [text, leaf, chain, entry.exchange, entry.outcome, entry['consumer'], entry['contract']];
}

/** About 800 bytes of canonical JSON, as an exchange leaves them. */
export function someEntry(): LedgerEntry {
  return {
    v: 3,
    kind: 'exchange',
    exchange: uuidV7(Date.now(), randomBytes(10)),
    request: uuidV7(Date.now(), randomBytes(10)),
    receivedAt: '2026-11-28T02:00:00.000Z',
    decidedAt: '2026-11-28T02:00:00.020Z',
    outcome: 'released',
    stages: ['identify', 'authorize', 'fetch', 'validate', 'project', 'seal'],
    consumer: 'taxation.tax-registration',
    consumerDepartment: 'taxation',
    contract: 'public-security.resident-identity.v1',
    contractVersion: '1.0.0',
    grant: 'open-a-shop-identity',
    plan: randomBytes(32).toString('hex'),
    fields: ['/name', '/residentId', '/status'].map((path) => ({ path, treatment: 'keep' })),
    digests: { request: randomBytes(32).toString('hex'), answer: randomBytes(32).toString('hex') },
    sizes: { request: 180, answer: 2210 },
  };
}
