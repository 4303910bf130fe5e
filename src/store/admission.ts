import type { Admission, Admitted, FrozenArrival } from '../domain/admission.ts';
import { FREEZE_KINDS, type FreezeKind } from '../domain/freeze.ts';
import { type Database, translated } from './database.ts';
import { RELEASED_WITHIN, type RepeatedRow, repeatedOf } from './repeated.ts';

/** How long a used request id is remembered. */
const REQUEST_ID_WINDOW = '24 hours';

export function admission(database: Database): Admission {
  return {
    admit: async ({ department, system, thumbprint, tokenId, requestId, exchange }) => {
      const [row] = await translated(
        database.query<AdmittedRow>('select * from identity.admit($1, $2, $3, $4, $5, $6, $7, $8)', [
          department,
          system,
          thumbprint,
          tokenId ?? null,
          requestId,
          exchange,
          REQUEST_ID_WINDOW,
          RELEASED_WITHIN,
        ]),
      );
      return row === undefined ? frozenArrival(null) : admittedOf(row);
    },
    frozenAs: async ({ department, system, thumbprint }) => {
      const [row] = await translated(
        database.query<{ frozen: string | null }>('select identity.frozen_as($1, $2, $3, null) as frozen', [
          department,
          system,
          thumbprint,
        ]),
      );
      return row?.frozen === null ? undefined : kindOf(row?.frozen);
    },
  };
}

interface AdmittedRow extends RepeatedRow {
  readonly admitted: string;
  readonly frozen: string | null;
}

function admittedOf({ admitted, frozen, ...row }: AdmittedRow): Admitted {
  return admitted === 'admitted' ? admitted : (repeatedOf(admitted, row) ?? frozenArrival(frozen));
}

function frozenArrival(kind: string | null): FrozenArrival {
  return { state: 'frozen', kind: kindOf(kind) };
}

/** An answer that is not known is no admission. */
function kindOf(text: string | null | undefined): FreezeKind {
  return FREEZE_KINDS.find((kind) => kind === text) ?? 'system';
}
