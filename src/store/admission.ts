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
    isBlocked: async ({ system, thumbprint }) => {
      const [row] = await translated(
        database.query<{ blocked: boolean }>(
          `select exists (
             select from identity.block
             where (kind = 'system' and value = $1) or (kind = 'certificate' and value = $2)
           ) as blocked`,
          [system, thumbprint],
        ),
      );
      return row?.blocked !== false;
    },
  };
}
