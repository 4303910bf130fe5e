import type { Admission } from '../domain/admission.ts';
import { type Database, translated } from './database.ts';

/** How long a used request id is remembered. */
const REQUEST_ID_WINDOW = '24 hours';

export function admission(database: Database): Admission {
  return {
    admit: async ({ system, thumbprint, tokenId, requestId }) => {
      const [row] = await translated(
        database.query<{ admitted: string }>('select identity.admit($1, $2, $3, $4, $5) as admitted', [
          system,
          thumbprint,
          tokenId ?? null,
          requestId,
          REQUEST_ID_WINDOW,
        ]),
      );
      // An answer that is not known is no admission.
      return row?.admitted === 'admitted' || row?.admitted === 'replayed' ? row.admitted : 'blocked';
    },
  };
}
