import { openFrontier } from '../transparency/frontier.ts';
import type { Hash } from '../transparency/hashes.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { TILE_HEIGHT } from '../transparency/tile.ts';
import { type Database, translated } from './database.ts';

// Leaves are where entries are; the hashes of every eighth level above them, where full tiles are.
const HASHES = `
  select node.place, encode(found.hash, 'hex') as hash
  from jsonb_to_recordset($1::jsonb) as node (place integer, level integer, first bigint, after bigint)
  cross join lateral (
    select entry.leaf as hash, entry.index as at from ledger.entry
    where node.level = 0 and entry.index >= node.first and entry.index < node.after
    union all
    select tile.root, tile.tile from ledger.tile
    where tile.level = node.level - 1 and tile.tile >= node.first and tile.tile < node.after
  ) as found
  order by node.place, found.at`;

/** The nodes of the log, in one round trip: of each at most the 128 hashes that it is made of within its tile. */
export function ledgerHashes(database: Database): HashReader {
  return async (nodes) => {
    const asked = nodes.map(({ level, index }, place) => {
      const width = 2 ** (level % TILE_HEIGHT);
      return { place, level: Math.floor(level / TILE_HEIGHT), first: index * width, after: (index + 1) * width };
    });
    const rows = await translated(database.query<{ place: number; hash: string }>(HASHES, [JSON.stringify(asked)]));
    const parts = asked.map((): Hash[] => []);
    for (const { place, hash } of rows) parts[place]?.push(Buffer.from(hash, 'hex'));
    return parts.map((hashes, place) => {
      const { first = 0, after = 0 } = asked[place] ?? {};
      if (hashes.length !== after - first) throw new RangeError('the ledger has not all of these hashes');
      return rootOf(hashes);
    });
  };
}

function rootOf(hashes: readonly Hash[]): Hash {
  const tree = openFrontier();
  for (const hash of hashes) tree.append(hash);
  return tree.root();
}
