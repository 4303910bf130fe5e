import type { CheckpointedLedger } from '../domain/anchorage.ts';
import type { Database } from './database.ts';

/** More that are not satisfied with are not gone through to find one that is. */
const MOST_NOTES = 32;

export function checkpointedLedger(database: Database): CheckpointedLedger {
  return {
    look: async (after) => {
      const rows = await database.query<{ size: string | number; note: string | null }>(LOOK, [after, MOST_NOTES]);
      const [first] = rows;
      if (first === undefined) throw new TypeError('the ledger has no head');
      return { size: Number(first.size), notes: rows.flatMap(({ note }) => note ?? []) };
    },
    recordedAt: async (index) => {
      const [row] = await database.query<{ at: string | number }>(
        'select floor(extract(epoch from recorded_at) * 1000) as at from ledger.entry where index = $1',
        [index],
      );
      return row === undefined ? undefined : Number(row.at);
    },
  };
}

// One statement, one snapshot: a checkpoint is never of more entries than the head that is read with it.
const LOOK = `
  select head.size, newer.note from ledger.head
  left join lateral (
    select size, note from ledger.checkpoint where checkpoint.size > $1 order by checkpoint.size desc limit $2
  ) newer on true
  order by newer.size desc`;
