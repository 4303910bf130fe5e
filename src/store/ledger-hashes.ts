import { openFrontier } from '../transparency/frontier.ts';
import type { Hash } from '../transparency/hashes.ts';
import type { HashReader, NodeAddress } from '../transparency/node-address.ts';
import { type Database, translated } from './database.ts';

/** The nodes of the log, from the leaves of its entries. */
export function ledgerHashes(database: Database): HashReader {
  return async (nodes) => await Promise.all(nodes.map(async (node) => await nodeOf(database, node)));
}

async function nodeOf(database: Database, { level, index }: NodeAddress): Promise<Hash> {
  const width = 2 ** level;
  const rows = await translated(
    database.query<{ leaf: string }>(
      `select encode(leaf, 'hex') as leaf from ledger.entry where index >= $1 and index < $2 order by index`,
      [index * width, (index + 1) * width],
    ),
  );
  if (rows.length !== width) throw new RangeError('the ledger has not all of these leaves');
  const tree = openFrontier();
  for (const { leaf } of rows) tree.append(Buffer.from(leaf, 'hex'));
  return tree.root();
}
