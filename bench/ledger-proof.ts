import { readFileSync } from 'node:fs';
import type { Database } from '../src/store/database.ts';
import { ledgerHashes } from '../src/store/ledger-hashes.ts';
import { migrate } from '../src/store/migrate.ts';
import { openDatabases, withOwner } from '../src/store/open-databases.ts';
import { inclusionProof } from '../src/transparency/prove.ts';
import { verifyInclusion } from '../src/transparency/verify-proof.ts';
import type { PostgresServer } from '../test/support/postgres-server.ts';
import { rounded } from './measure.ts';

const SIZE = 1_000_000;
const AT_ONCE = 10_000;
const PROOFS = 200;
// USER_HZ, which is 100 wherever Node runs on Linux.
const MS_PER_TICK = 10;

/** CPU milliseconds of one proof of inclusion out of the database of a million entries: this process and the server's. */
export async function proofBench(server: PostgresServer): Promise<Readonly<Record<string, number>>> {
  await withOwner(server.url, async (owner) => await owner.query('create database million'));
  const url = Object.assign(new URL(server.url), { pathname: '/million' }).href;
  await withOwner(url, migrate);
  await withOwner(url, fill);
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 1, statementTimeoutMs: 60_000 });
  try {
    return await prove(databases.control);
  } finally {
    await databases.close();
  }
}

/** By the function that appends, only that the entries come from within. */
async function fill(owner: Database): Promise<void> {
  for (let from = 0; from < SIZE; from += AT_ONCE) {
    await owner.query(
      `select count(*) from ledger.append((
        select jsonb_agg(jsonb_build_object('entry', format('{"exchange":"00000000-0000-7000-8000-%s"}', lpad(to_hex(n), 12, '0'))))::text
        from generate_series($1::bigint, $2::bigint) as n))`,
      [from, from + AT_ONCE - 1],
    );
  }
  await owner.query('analyze');
}

async function prove(database: Database): Promise<Readonly<Record<string, number>>> {
  const [head] = await database.query<{ root: string; pid: number }>(
    `select encode(root, 'hex') as root, pg_backend_pid() as pid from ledger.head`,
  );
  if (head === undefined) throw new TypeError('the ledger has no head');
  const root = Buffer.from(head.root, 'hex');
  const reader = ledgerHashes(database, SIZE);
  const proofOf = async (index: number): Promise<void> => {
    const proof = await inclusionProof(reader, index, SIZE);
    const [leaf] = await reader([{ level: 0, index }]);
    if (leaf === undefined || !verifyInclusion({ index, size: SIZE, leaf, root, proof }))
      throw new TypeError('the proof of the benchmark proves nothing');
  };
  for (let warm = 0; warm < 20; warm += 1) await proofOf(warm * 49_999);
  const serverBefore = serverCpuMs(head.pid);
  const before = process.cpuUsage();
  for (let proof = 0; proof < PROOFS; proof += 1) await proofOf((proof * 7_919 * 631) % SIZE);
  const { user, system } = process.cpuUsage(before);
  const here = (user + system) / 1000 / PROOFS;
  const there = (serverCpuMs(head.pid) - serverBefore) / PROOFS;
  return { proofCpuMs: rounded(here + there), proofCpuMsServer: rounded(there), entries: SIZE };
}

function serverCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
