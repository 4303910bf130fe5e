import type { RequestIds } from '../domain/request-ids.ts';
import { type Database, translated } from './database.ts';

/** How long a used request id is remembered. */
export const REQUEST_ID_WINDOW = '24 hours';

export function requestIds(database: Database): RequestIds {
  return {
    claim: async (system, requestId) => {
      const [row] = await translated(
        database.query<{ fresh: boolean }>('select exchange.claim_request_id($1, $2, $3) as fresh', [
          system,
          requestId,
          REQUEST_ID_WINDOW,
        ]),
      );
      return row?.fresh === true;
    },
  };
}
