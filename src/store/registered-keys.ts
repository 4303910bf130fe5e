import type { PublicJwk } from '../domain/public-jwk.ts';
import type {
  KeyRegister,
  RegisterEntry,
  RegisteredKey,
  RegisteredKeys,
  RegisteredUse,
  Registration,
} from '../domain/registered-key.ts';
import { type Database, translated } from './database.ts';
import { rememberBriefly } from './remember-briefly.ts';

interface KeyRow {
  readonly system: string;
  readonly kid: string;
  readonly use: RegisteredUse;
  readonly alg: string;
  readonly jwk: PublicJwk;
  readonly valid_from: Date;
}

const IN_FORCE = `
  select system, kid, use, alg, jwk, valid_from from identity.system_key
  where system = $1 and use = $2 and withdrawn_at is null
    and valid_from <= clock_timestamp() and (valid_until is null or clock_timestamp() < valid_until)
  order by valid_from desc, registered_at desc`;

/** The register as the exchange reads it, remembered for less than a second. */
export function registeredKeys(database: Database): RegisteredKeys {
  const read = rememberBriefly(async (system: string, use: RegisteredUse) => {
    const rows = await translated(database.query<KeyRow>(IN_FORCE, [system, use]));
    return rows.map(({ valid_from: from, ...key }): RegisteredKey => ({ ...key, validFrom: from.getTime() }));
  });
  return { keysOf: read };
}

interface EntryRow extends Omit<KeyRow, 'jwk'> {
  readonly valid_until: Date | null;
  readonly withdrawn_at: Date | null;
  readonly registered_at: Date;
}

const ALL = `
  select system, kid, use, alg, valid_from, valid_until, withdrawn_at, registered_at from identity.system_key
  where $1::text is null or system = $1 order by system, use, registered_at`;

/** The register as an operator writes it. */
export function keyRegister(database: Database): KeyRegister {
  return {
    register: async ({ system, kid, use, alg, jwk }, { from, until }) => {
      const [row] = await database.query<{ outcome: Registration }>(
        'select identity.register_system_key($1, $2, $3, $4, $5, $6, $7) as outcome',
        [system, kid, use, alg, JSON.stringify(jwk), from ?? null, until ?? null],
      );
      if (row === undefined) throw new TypeError('the register did not answer');
      return row.outcome;
    },
    withdraw: async (system, kid) => {
      const [row] = await database.query<{ withdrawn: boolean }>(
        'select identity.withdraw_system_key($1, $2) as withdrawn',
        [system, kid],
      );
      return row?.withdrawn === true;
    },
    list: async (system) => (await database.query<EntryRow>(ALL, [system ?? null])).map(entryOf),
  };
}

function entryOf({ valid_from, valid_until, withdrawn_at, registered_at, ...key }: EntryRow): RegisterEntry {
  return {
    ...key,
    validFrom: valid_from.toISOString(),
    validUntil: valid_until?.toISOString() ?? null,
    withdrawnAt: withdrawn_at?.toISOString() ?? null,
    registeredAt: registered_at.toISOString(),
  };
}
