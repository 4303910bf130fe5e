import type { LoggedEntry, LogHead, LogSource } from '../domain/log-source.ts';
import type { Database } from './database.ts';
import { newestCheckpoint } from './newest-checkpoint.ts';
import { lastPruning } from './pruning.ts';

const PAGE = 1000;

// Any number will do as long as nobody else takes it. Held by the connection, so that the pool must have one only.
const LOCK = 809_202_509;

/**
 * The lock is one more than there has to be: two publishers with one key and one state would sign the same. Held from the
 * first call until the connection is gone, and taken again on the next.
 */
const HEAD = `
  select size, encode(root, 'hex') as root, pg_current_wal_flush_lsn()::text as position,
    case when exists (
      select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = ${LOCK} and granted
    ) then true else pg_try_advisory_lock(${LOCK}) end as alone
  from ledger.head`;

const ENTRIES = 'select index, entry from ledger.entry where index >= $1 and index < $2 order by index limit $3';

/** The log of a database whose role is the publisher's. */
export function logSource(database: Database): LogSource {
  return {
    head: async (): Promise<LogHead | undefined> => {
      const [head] = await database.query<{ size: string; root: string; position: string; alone: boolean }>(HEAD);
      if (head === undefined) throw new TypeError('the ledger has no head');
      const { size, root, position, alone } = head;
      return alone ? { size: Number(size), root: Buffer.from(root, 'hex'), position } : undefined;
    },
    entries: async function* entries(from: number, to: number): AsyncGenerator<LoggedEntry> {
      let next = from;
      let page: readonly { readonly index: string; readonly entry: string }[];
      do {
        page = await database.query<{ index: string; entry: string }>(ENTRIES, [next, to, PAGE]);
        for (const { index, entry } of page) {
          next = Number(index) + 1;
          yield { index: Number(index), entry: Buffer.from(entry) };
        }
      } while (page.length === PAGE);
    },
    begins: async () => (await lastPruning(database, { dropped: true }))?.upto ?? 0,
    tileRoots: async (level, from, to) => {
      const rows = await database.query<{ root: Uint8Array }>(
        'select root from ledger.tile where level = $1 and tile >= $2 and tile < $3 order by tile',
        [level, from, to],
      );
      return rows.map(({ root }) => root);
    },
    standbysAt: async (position) => {
      const rows = await database.query<{ name: string }>('select ledger.flushed_standbys($1) as name', [position]);
      return rows.map(({ name }) => name);
    },
    latestCheckpoint: async () => await newestCheckpoint(database),
    storeCheckpoint: async ({ size, note }) => {
      await database.query('select ledger.publish_checkpoint($1, $2)', [size, note]);
    },
  };
}
