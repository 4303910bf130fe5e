import { BREAK_GLASS_PREFIX } from '../domain/break-glass.ts';
import type { Freezable, FrozenThings } from '../domain/freeze.ts';
import { type Database, translated } from './database.ts';
import { rememberBriefly } from './remember-briefly.ts';

/**
 * All that is frozen, which is little, read at once and remembered for half a second: with the question itself every
 * gateway goes by a freeze within a second of its commit, and asks no more for a thousand exchanges than for one.
 */
export function frozenThings(database: Database): FrozenThings & { all(): Promise<ReadonlyMap<string, Freezable>> } {
  const all = rememberBriefly(async () => {
    const rows = await translated(database.query<Freezable>(ALL));
    return new Map(rows.map((row) => [nameOf(row), row]));
  });
  return {
    all,
    find: async (things) => {
      const frozen = await all();
      return things.find((thing) => frozen.has(nameOf(thing)));
    },
  };
}

// Access in an emergency that was closed is a grant that is frozen: nothing of it leaves any more.
const ALL = `
  select kind, value from identity.freeze
  union
  select 'grant', '${BREAK_GLASS_PREFIX}' || id from identity.break_glass where closed_at is not null and valid_until > clock_timestamp()`;

function nameOf({ kind, value }: Freezable): string {
  return `${kind} ${value}`;
}
