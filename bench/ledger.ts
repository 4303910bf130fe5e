import pg from 'pg';
import { migrate } from '../src/store/migrate.ts';
import { withOwner } from '../src/store/open-databases.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { APPEND_WAYS, LONE_WAYS, prepareWays } from './append-ways.ts';
import { proofBench } from './ledger-proof.ts';
import { verifyBench } from './ledger-verify.ts';
import { median, rounded } from './measure.ts';

const IN_FLIGHT = 64;
const ROUNDS = 7;
/** Of one way in one round: long enough for hundreds of commits of the slowest. */
const WINDOW_MS = 1500;
const LONE = 400;

/** What the ledger costs: appending beside what others do, verifying, proving. A PostgreSQL of its own, with fsync. */
export async function ledgerBench(): Promise<Readonly<Record<string, unknown>>> {
  const server = await startPostgres(['-c fsync=on', '-c shared_buffers=256MB', '-c max_wal_size=4GB']);
  try {
    await withOwner(server.url, migrate);
    const pool = new pg.Pool({ connectionString: server.url, max: IN_FLIGHT });
    const ways = await prepareWays(pool, server.url);
    const perSecond = await throughputs(ways.many);
    const lone = await latencies(ways.lone);
    const verified = await verifyBench(server.url);
    await ways.close();
    await pool.end();
    return {
      vsRowPerRequest: ratioOf(perSecond, 'ledger', 'rowPerRequest'),
      vsUnchainedInsert: ratioOf(perSecond, 'ledger', 'unchained'),
      perSecond: mediansOf(perSecond),
      p50OverSingleRow: rounded(median(timesOf(lone, 'ledger')) / median(timesOf(lone, 'singleRow'))),
      loneMs: mediansOf(lone),
      ...verified,
      ...(await proofBench(server)),
      postgres: server.version,
    };
  } finally {
    await server.stop();
  }
}

type Append = () => Promise<unknown>;

/** Appends a second of each way in every round, 64 at a time; each round begins with another way. */
async function throughputs(ways: ReadonlyMap<string, Append>): Promise<ReadonlyMap<string, number[]>> {
  const found = new Map<string, number[]>(APPEND_WAYS.map((name) => [name, []]));
  for (const append of ways.values()) await closedLoop(append, WINDOW_MS);
  const all = [...ways];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % all.length;
    for (const [name, append] of [...all.slice(first), ...all.slice(0, first)])
      found.get(name)?.push(await closedLoop(append, WINDOW_MS));
  }
  return found;
}

/** A second of so many callers, each of whom calls again when answered. */
async function closedLoop(append: Append, windowMs: number): Promise<number> {
  let done = 0;
  const from = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() - from < windowMs) {
      await append();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  return (done * 1000) / (performance.now() - from);
}

/** Milliseconds of one at a time, one way after the other. */
async function latencies(ways: ReadonlyMap<string, Append>): Promise<ReadonlyMap<string, number[]>> {
  const found = new Map<string, number[]>(LONE_WAYS.map((name) => [name, []]));
  for (let time = -50; time < LONE; time += 1) {
    for (const [name, append] of ways) {
      const from = performance.now();
      await append();
      if (time >= 0) found.get(name)?.push(performance.now() - from);
    }
  }
  return found;
}

function timesOf(found: ReadonlyMap<string, number[]>, name: string): readonly number[] {
  return found.get(name) ?? [];
}

function ratioOf(found: ReadonlyMap<string, number[]>, over: string, under: string): number {
  const below = timesOf(found, under);
  return rounded(median(timesOf(found, over).map((value, round) => value / (below[round] ?? Number.NaN))));
}

function mediansOf(found: ReadonlyMap<string, number[]>): Readonly<Record<string, number>> {
  return Object.fromEntries([...found].map(([name, values]) => [name, rounded(median(values))]));
}
