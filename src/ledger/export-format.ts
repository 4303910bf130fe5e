import type { LedgerReader } from '../domain/ledger-entry.ts';
import { openFrontier } from '../transparency/frontier.ts';
import type { Hash } from '../transparency/hashes.ts';
import { perfectSubtrees } from '../transparency/leaf-range.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { GENESIS_CHAIN } from './hashes.ts';

/** A published checkpoint: a note with its cosignatures, and the size that it is of. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** What it takes to give a ledger out of the house. */
export interface LedgerArchive extends LedgerReader {
  /** The newest, if there is one. */
  checkpoint(): Promise<PublishedCheckpoint | undefined>;
  /** The index of the first entry that is there. */
  begins(): Promise<number>;
  /** Whether there is an entry that the head does not count. */
  isOverfull(): Promise<boolean>;
  /** Of the first entry of an exchange. */
  indexOf(exchange: string): Promise<number | undefined>;
  readonly hashes: HashReader;
}

export interface ExportRange {
  /** What was verified before: only what came after it is written. */
  readonly since?: number | undefined;
  /** Up to the head instead of the newest checkpoint: entries that nobody vouches for yet. */
  readonly all?: boolean;
}

/**
 * A ledger as lines of JSON: an opening line with what was before it, one line an entry, and a closing line with the
 * head, without which a cut-off file would look like a whole one. There is nothing in it that a verifier does not check.
 * @throws RangeError if it is to begin after its end
 */
export async function* exportLines(
  ledger: LedgerArchive,
  { since, all = false }: ExportRange = {},
): AsyncGenerator<string> {
  // Before the head, which then is not behind it.
  const checkpoint = await ledger.checkpoint();
  const head = await ledger.head();
  const upTo = checkpoint === undefined || all ? 'head' : 'checkpoint';
  const to = upTo === 'head' ? head.size : Math.min(checkpoint?.size ?? 0, head.size);
  if (since !== undefined && since > to) throw new RangeError(`The ledger ends at ${to} entries, before ${since}.`);
  const beginning = await beginningOf(ledger, since);
  const { from, nodes } = beginning;
  yield line({
    ...{ format: 'shuqiao-ledger', version: 2, from, chain: beginning.chain },
    ...{ frontier: nodes.map(hexOf), pruned: beginning.pruned, upTo, checkpoint: checkpoint?.size },
  });
  const frontier = openFrontier({ size: from, nodes });
  let chain = beginning.chain ?? GENESIS_CHAIN;
  // What stands behind the head was not put there by the ledger: it goes along, to be found.
  const end = upTo === 'head' && (await ledger.isOverfull()) ? to + 1 : to;
  for await (const { index, entry, leaf, chain: link, columns } of ledger.rows(end, from)) {
    const { exchange, outcome, consumer, contract } = columns;
    yield line({ index, entry, leaf, chain: link, columns: { exchange, outcome, consumer, contract } });
    if (index < to) chain = link;
    if (index < to) frontier.append(Buffer.from(leaf, 'hex'));
  }
  const ended = to === head.size ? head : { size: to, chain };
  yield line({ ...ended, root: hexOf(frontier.root()), checkpoint: checkpoint?.note });
}

interface Beginning {
  readonly from: number;
  readonly chain: string | undefined;
  readonly nodes: readonly Hash[];
  readonly pruned: number | undefined;
}

async function beginningOf(ledger: LedgerArchive, since = 0): Promise<Beginning> {
  const begins = await ledger.begins();
  const from = Math.max(begins, since);
  const nodes = await ledger.hashes(perfectSubtrees({ from: 0, to: from }));
  if (from === 0) return { from, chain: GENESIS_CHAIN, nodes, pruned: undefined };
  // Of what was pruned the chain is gone; its root is in the entry that records it.
  if (from === begins) return { from, chain: undefined, nodes, pruned: from };
  for await (const { chain } of ledger.rows(from, from - 1)) return { from, chain, nodes, pruned: undefined };
  throw new RangeError(`The ledger has no entry ${from - 1}.`);
}

function hexOf(hash: Hash): string {
  return Buffer.from(hash).toString('hex');
}

/** Members that are undefined are left out. */
function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
