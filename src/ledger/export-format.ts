import type { LedgerHead, LedgerReader, LedgerRow } from '../domain/ledger-entry.ts';
import type { PublishedCheckpoint } from '../domain/log-source.ts';
import type { Pruning } from '../domain/pruning.ts';
import { type Frontier, openFrontier } from '../transparency/frontier.ts';
import type { Hash } from '../transparency/hashes.ts';
import { perfectSubtrees } from '../transparency/leaf-range.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { consistencyProof, inclusionProof } from '../transparency/prove.ts';

const FORMAT = 'shuqiao-ledger';
const VERSION = 2;
/** The chain before the first entry: 32 zero bytes, hex. The auditor has its own, and shares nothing with what writes. */
const GENESIS_CHAIN = '0'.repeat(64);

/** What the ledger says of itself at its end; the root in hex. */
export interface LedgerHeadWithRoot extends LedgerHead {
  readonly root: string;
}

/** What it takes to give a ledger out of the house. */
export interface LedgerArchive extends LedgerReader {
  head(): Promise<LedgerHeadWithRoot>;
  /** The newest, if there is one. */
  checkpoint(): Promise<PublishedCheckpoint | undefined>;
  /** The index of the first entry that is there. */
  begins(): Promise<number>;
  /** The last that took entries out, if there is one. */
  pruning(): Promise<Pruning | undefined>;
  /** Whether there is an entry that the head does not count. */
  isOverfull(): Promise<boolean>;
  /** Of the first entry of an exchange. */
  indexOf(exchange: string): Promise<number | undefined>;
  /** Of the tree of that size. */
  hashes(size: number): HashReader;
}

export interface ExportRange {
  /** What was verified before: only what came after it is written. */
  readonly since?: number | undefined;
  /** Up to the head instead of the newest checkpoint: entries that nobody vouches for yet. */
  readonly all?: boolean;
  /** Up to this index instead, with the proof that the newest checkpoint goes on from there: what is to be pruned. */
  readonly until?: number | undefined;
}

/**
 * A ledger as lines of JSON: an opening line with what was before it, one line an entry, and a closing line with the
 * head, without which a cut-off file would look like a whole one. There is nothing in it that a verifier does not check.
 * @throws RangeError if it is to begin after its end, or to end where no checkpoint is
 */
export async function* exportLines(ledger: LedgerArchive, range: ExportRange = {}): AsyncGenerator<string> {
  const { head, checkpoint, upTo, to } = await endOf(ledger, range);
  const { from, nodes, pruned, ...begun } = await beginningOf(ledger, { since: range.since ?? 0, to });
  yield line({
    format: FORMAT,
    version: VERSION,
    from,
    chain: begun.chain,
    frontier: nodes.map(hexOf),
    pruned,
    upTo,
    checkpoint: checkpoint?.size,
  });
  const edge: Edge = { chain: begun.chain ?? GENESIS_CHAIN, frontier: openFrontier({ size: from, nodes }) };
  // What stands behind the head was not put there by the ledger: it goes along, to be found.
  const end = upTo === 'head' && (await ledger.isOverfull()) ? to + 1 : to;
  for await (const row of rowsOf(ledger, { from, end })) {
    yield line(entryLine(row));
    if (row.index < to) extend(edge, row);
  }
  // At its end the ledger speaks for itself, so that a head that does not fit is seen.
  const { chain, frontier } = edge;
  const ended = upTo !== 'index' && to === head.size ? head : { chain, root: hexOf(frontier.root()) };
  const proofs = await proofsOf(ledger, { upTo, pruned, to, checkpoint });
  yield line({ size: to, chain: ended.chain, root: ended.root, checkpoint: checkpoint?.note, ...proofs });
}

/** The right edge of what was written. */
interface Edge {
  chain: string;
  readonly frontier: Frontier;
}

function extend(edge: Edge, { chain, leaf }: LedgerRow): void {
  edge.chain = chain;
  edge.frontier.append(Buffer.from(leaf, 'hex'));
}

/** @throws Error if rows went while they were read, which would be taken for a hole */
async function* rowsOf(
  ledger: LedgerArchive,
  { from, end }: { readonly from: number; readonly end: number },
): AsyncGenerator<LedgerRow> {
  let next = from;
  for await (const row of ledger.rows(end, from)) {
    if (row.index !== next) await refuseIfPruned(ledger, from);
    next = row.index + 1;
    yield row;
  }
  if (next < end) await refuseIfPruned(ledger, from);
}

async function refuseIfPruned(ledger: LedgerArchive, from: number): Promise<void> {
  if ((await ledger.begins()) > from) throw new Error('The ledger was pruned while it was read: read it again.');
}

type Cut = Omit<End, 'head'> & Pick<Beginning, 'pruned'>;

/** Of an export up to an index: that the checkpoint goes on from the last entry, and that an entry under it says what was pruned before the first. */
async function proofsOf(ledger: LedgerArchive, { upTo, pruned, to, checkpoint }: Cut): Promise<object> {
  if (upTo !== 'index' || checkpoint === undefined) return {};
  const { size } = checkpoint;
  const reader = ledger.hashes(size);
  const proof = (await consistencyProof(reader, to, size)).map(hexOf);
  const by = pruned === undefined ? undefined : (await ledger.pruning())?.by;
  if (by === undefined || by < to || by >= size) return { proof };
  for await (const { index, entry } of ledger.rows(by + 1, by))
    return { proof, record: { index, entry, proof: (await inclusionProof(reader, index, size)).map(hexOf) } };
  return { proof };
}

/** Members that are undefined are left out. */
function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function entryLine({ index, entry, leaf, chain, columns }: LedgerRow): object {
  const { exchange, outcome, consumer, contract } = columns;
  return { index, entry, leaf, chain, columns: { exchange, outcome, consumer, contract } };
}

interface End {
  readonly head: LedgerHeadWithRoot;
  readonly checkpoint: PublishedCheckpoint | undefined;
  readonly upTo: 'head' | 'checkpoint' | 'index';
  readonly to: number;
}

async function endOf(ledger: LedgerArchive, { all = false, until }: ExportRange): Promise<End> {
  // Before the head, which then is not behind it.
  const checkpoint = await ledger.checkpoint();
  const head = await ledger.head();
  if (until !== undefined) {
    const covered = Math.min(checkpoint?.size ?? 0, head.size);
    if (until > covered) throw new RangeError(`The newest checkpoint covers ${covered} entries, and not ${until}.`);
    return { head, checkpoint, upTo: 'index', to: until };
  }
  return checkpoint === undefined || all
    ? { head, checkpoint, upTo: 'head', to: head.size }
    : { head, checkpoint, upTo: 'checkpoint', to: Math.min(checkpoint.size, head.size) };
}

interface Beginning {
  readonly from: number;
  readonly chain: string | undefined;
  readonly nodes: readonly Hash[];
  readonly pruned: number | undefined;
}

async function beginningOf(
  ledger: LedgerArchive,
  { since, to }: { readonly since: number; readonly to: number },
): Promise<Beginning> {
  if (since > to) throw new RangeError(`The ledger ends at ${to} entries, before ${since}.`);
  const begins = await ledger.begins();
  if (begins > to) throw new RangeError(`The ledger begins at entry ${begins}; what was before is pruned.`);
  const from = Math.max(begins, since);
  const nodes = from === 0 ? [] : await ledger.hashes(from)(perfectSubtrees({ from: 0, to: from }));
  if (from === 0) return { from, chain: GENESIS_CHAIN, nodes, pruned: undefined };
  // Of what was pruned the chain is gone; its root is in the entry that records it.
  if (from === begins) return { from, chain: undefined, nodes, pruned: from };
  for await (const { chain } of ledger.rows(from, from - 1)) return { from, chain, nodes, pruned: undefined };
  throw new RangeError(`The ledger has no entry ${from - 1}.`);
}

function hexOf(hash: Hash): string {
  return Buffer.from(hash).toString('hex');
}
