import type { Receipts } from '../domain/receipts.ts';
import { type Database, translated } from './database.ts';
import { RELEASED_WITHIN, type RepeatedRow, repeatedOf } from './repeated.ts';

const OF_EXCHANGE = `
  select 'answered' as state, $2::text as first, entered.index, entered.leaf, entered.outcome, (
    select note from ledger.checkpoint where size > entered.index order by size desc limit 1
  ) as checkpoint
  from ledger.entry_of($2::uuid) as entered where entered.consumer = $1`;

export function receipts(database: Database): Receipts {
  return {
    ofExchange: async (system, exchange) => {
      const [row] = await translated(
        database.query<FoundRow & { checkpoint: string | null }>(OF_EXCHANGE, [system, exchange]),
      );
      const found = row === undefined ? undefined : repeatedOf(row.state, row);
      return found?.state === 'answered' ? { ...found, checkpoint: row?.checkpoint ?? undefined } : undefined;
    },
    ofRequest: async (system, requestId) => {
      const [row] = await translated(
        database.query<FoundRow>('select * from exchange.became_of($1, $2, $3)', [system, requestId, RELEASED_WITHIN]),
      );
      return row === undefined ? undefined : repeatedOf(row.state, row);
    },
  };
}

interface FoundRow extends RepeatedRow {
  readonly state: string;
}
