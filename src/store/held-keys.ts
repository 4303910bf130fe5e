import type { HeldKey, HeldKeys, HeldKeysWriter, KeyUse } from '../domain/key-ring.ts';
import type { PublicJwk } from '../domain/public-jwk.ts';
import { type Database, translated } from './database.ts';
import { rememberBriefly } from './remember-briefly.ts';

interface HeldRow {
  readonly kid: string;
  readonly use: KeyUse;
  readonly alg: string;
  readonly public_jwk: PublicJwk | null;
  readonly sealed: Uint8Array;
  readonly data_key: Uint8Array;
  readonly wrapped_by: string;
  readonly active_from: Date;
  readonly from_epoch: number | null;
  readonly retired_at: Date | null;
  readonly expires_at: Date | null;
}

const ALL = `
  select kid, use, alg, public_jwk, sealed, data_key, wrapped_by, active_from, from_epoch, retired_at, expires_at
  from identity.gateway_key order by use, active_from, made_at`;

/** The ring as a gateway reads it, remembered for less than a second. */
export function heldKeys(database: Database): HeldKeys {
  return { all: rememberBriefly(async () => (await translated(database.query<HeldRow>(ALL))).map(heldOf)) };
}

/** The ring as an operator changes it; nothing is remembered. */
export function heldKeysWriter(database: Database): HeldKeysWriter {
  return {
    all: async () => (await database.query<HeldRow>(ALL)).map(heldOf),
    join: async (
      { kid, use, alg, publicJwk, sealed, dataKey, wrappedBy, activeFrom, fromEpoch },
      { predecessor, until },
    ) => {
      const jwk = publicJwk === undefined ? null : JSON.stringify(publicJwk);
      const [row] = await database.query<{ retired: readonly string[] | null }>(
        'select identity.join_gateway_key($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as retired',
        [
          kid,
          use,
          alg,
          jwk,
          Buffer.from(sealed),
          Buffer.from(dataKey),
          wrappedBy,
          new Date(activeFrom),
          fromEpoch ?? null,
          predecessor ?? null,
          new Date(until),
        ],
      );
      return row?.retired ?? undefined;
    },
    rewrap: async ({ kid, dataKey }, wrapped) => {
      const [row] = await database.query<{ rewrapped: boolean }>(
        'select identity.rewrap_gateway_key($1, $2, $3, $4) as rewrapped',
        [kid, Buffer.from(dataKey), Buffer.from(wrapped.dataKey), wrapped.by],
      );
      return row?.rewrapped === true;
    },
  };
}

function heldOf(row: HeldRow): HeldKey {
  return {
    kid: row.kid,
    use: row.use,
    alg: row.alg,
    publicJwk: row.public_jwk ?? undefined,
    sealed: Uint8Array.from(row.sealed),
    dataKey: Uint8Array.from(row.data_key),
    wrappedBy: row.wrapped_by,
    activeFrom: row.active_from.getTime(),
    fromEpoch: row.from_epoch ?? undefined,
    retiredAt: row.retired_at?.getTime(),
    expiresAt: row.expires_at?.getTime(),
  };
}
