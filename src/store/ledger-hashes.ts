import type { HashReader } from '../transparency/node-address.ts';
import { type Tile, tileHashReader } from '../transparency/tile.ts';
import { type Database, translated } from './database.ts';

/** The nodes of the tree of that size, out of full tiles, leaves and roots of tiles: one round trip a call. */
export function ledgerHashes(database: Database, size: number): HashReader {
  return tileHashReader(
    size,
    inOneQuery(async (tiles) => await translated(readTiles(database, tiles))),
  );
}

// Only full tiles are stored. The right edge is made of what is below it.
const READ_TILES = `
  select case
    when stored.hashes is not null then substr(stored.hashes, 1, asked.width * 32)
    when asked.level = 0 then (
      select string_agg(below.leaf, ''::bytea order by below.index) from ledger.entry as below
      where below.index >= asked.tile * 256 and below.index < asked.tile * 256 + asked.width)
    else (
      select string_agg(below.root, ''::bytea order by below.tile) from ledger.tile as below
      where below.level = asked.level - 1 and below.tile >= asked.tile * 256 and below.tile < asked.tile * 256 + asked.width)
  end as hashes
  from jsonb_to_recordset($1::jsonb) as asked (place integer, level integer, tile bigint, width integer)
  left join ledger.tile as stored on stored.level = asked.level and stored.tile = asked.tile
  order by asked.place`;

async function readTiles(database: Database, tiles: readonly Tile[]): Promise<readonly Uint8Array[]> {
  const asked = tiles.map(({ level, index, width }, place) => ({ place, level, tile: index, width }));
  const rows = await database.query<{ hashes: Uint8Array | null }>(READ_TILES, [JSON.stringify(asked)]);
  return rows.map(({ hashes }) => hashes ?? new Uint8Array());
}

/** Gathers what is asked for one at a time in the same turn. */
function inOneQuery<Asked, Read>(
  read: (all: readonly Asked[]) => Promise<readonly Read[]>,
): (one: Asked) => Promise<Read> {
  let gathered: Asked[] = [];
  let reading: Promise<readonly Read[]> | undefined;
  return async (one) => {
    const place = gathered.push(one) - 1;
    reading ??= Promise.resolve().then(async () => {
      const all = gathered;
      gathered = [];
      reading = undefined;
      return await read(all);
    });
    const found = (await reading)[place];
    if (found === undefined) throw new TypeError('the database answered for another number of tiles');
    return found;
  };
}
