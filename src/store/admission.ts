import type { Admission, Admitted } from '../domain/admission.ts';
import { type Database, translated } from './database.ts';
import { RELEASED_WITHIN, type RepeatedRow, repeatedOf } from './repeated.ts';

/** How long a used request id is remembered. */
const REQUEST_ID_WINDOW = '24 hours';

export function admission(database: Database): Admission {
  return {
    admit: async ({ system, thumbprint, tokenId, requestId, exchange }) => {
      const [row] = await translated(
        database.query<AdmittedRow>('select * from identity.admit($1, $2, $3, $4, $5, $6, $7)', [
          system,
          thumbprint,
          tokenId ?? null,
          requestId,
          exchange,
          REQUEST_ID_WINDOW,
          RELEASED_WITHIN,
        ]),
      );
      // An answer that is not known is no admission.
      return row === undefined ? 'blocked' : admittedOf(row);
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

interface AdmittedRow extends RepeatedRow {
  readonly admitted: string;
}

function admittedOf({ admitted, ...row }: AdmittedRow): Admitted {
  return admitted === 'admitted' ? admitted : (repeatedOf(admitted, row) ?? 'blocked');
}
