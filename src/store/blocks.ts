import type { Block, Blocks } from '../domain/block.ts';
import type { Database } from './database.ts';

/** What may do nothing from now on, as the control plane keeps it. */
export function blocks(database: Database): Blocks {
  return {
    add: async ({ kind, value, reason }) => {
      const [row] = await database.query<{ added: boolean }>('select identity.add_block($1, $2, $3) as added', [
        kind,
        value,
        reason,
      ]);
      return row?.added === true;
    },
    remove: async ({ kind, value }) => {
      const [row] = await database.query<{ removed: boolean }>('select identity.remove_block($1, $2) as removed', [
        kind,
        value,
      ]);
      return row?.removed === true;
    },
    list: async () =>
      await database.query<Block>(
        `select kind, value, reason, to_char(blocked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "blockedAt"
         from identity.block order by blocked_at, kind, value`,
      ),
  };
}
