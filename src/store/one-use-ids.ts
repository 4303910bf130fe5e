import type { OneUseIds } from '../domain/one-use-ids.ts';
import { type Database, translated } from './database.ts';

export function oneUseIds(database: Database): OneUseIds {
  return {
    use: async (issuer, id, untilMs) => {
      const [row] = await translated(
        database.query<{ fresh: boolean }>('select identity.use_id($1, $2, $3) as fresh', [
          issuer,
          id,
          new Date(untilMs).toISOString(),
        ]),
      );
      return row?.fresh === true;
    },
  };
}
