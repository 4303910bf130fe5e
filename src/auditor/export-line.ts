import type { Hash } from '../transparency/hashes.ts';
import { GENESIS_CHAIN } from './chain.ts';
import { isHex } from './hex.ts';
import { type SearchColumns, searchColumns } from './search-columns.ts';
import { UnreadableError } from './verification.ts';

/** The first line of an export. */
export interface Opening {
  readonly version: 1 | 2;
  /** The index of its first entry, and what the log was before it. */
  readonly from: number;
  /** Undefined after what was pruned. */
  readonly chain: string | undefined;
  readonly nodes: readonly Hash[];
  /** How many entries were pruned, if the export begins where the log does. */
  readonly pruned: number | undefined;
  /** Whether it goes up to the head of the log, to the newest checkpoint only, or to an index before that. */
  readonly upTo: 'head' | 'checkpoint' | 'index' | undefined;
  /** The size of the checkpoint in the closing line. */
  readonly checkpoint: number | undefined;
}

export interface EntryLine {
  readonly index: number;
  readonly entry: string;
  readonly leaf: string;
  readonly chain: string;
  /** Undefined in version 1. */
  readonly columns: SearchColumns | undefined;
}

/** The last line of an export. */
export interface Closing {
  readonly size: number;
  readonly chain: string;
  /** Undefined in version 1. */
  readonly root: string | undefined;
  readonly checkpoint: string | undefined;
  /** That the checkpoint goes on from the last entry; of an export up to an index, and of no other. */
  readonly proof: readonly Hash[] | undefined;
  /** The entry that says what was pruned, where it comes after the last one. */
  readonly record: ProvenEntry | undefined;
}

/** An entry that is not among those that were read, and the proof that it is under the checkpoint. */
export interface ProvenEntry {
  readonly index: number;
  readonly entry: string;
  readonly proof: readonly Hash[];
}

type Members = { readonly [key: string]: unknown };

/** @throws UnreadableError */
export function parseOpening(text: string): Opening {
  const members = membersOf(text);
  const { format, version } = members;
  if (format !== 'shuqiao-ledger') throw new UnreadableError('this is not an export of a ledger');
  if (version === 2) return openingOf(text, members);
  if (version !== 1) throw new UnreadableError('this is not an export of a ledger that this verifier can read');
  demand(text, { format, version });
  const unsaid = { pruned: undefined, upTo: undefined, checkpoint: undefined };
  return { version, from: 0, chain: GENESIS_CHAIN, nodes: [], ...unsaid };
}

function openingOf(text: string, { from, chain, frontier, pruned, upTo, checkpoint }: Members): Opening {
  if (!isCount(from) || !isListOfHex(frontier) || !isEnd(upTo)) throw noOpening();
  if (!isCountOrNone(pruned) || !isCountOrNone(checkpoint) || !isHexOrNone(chain)) throw noOpening();
  // After what was pruned the chain is gone, and nowhere else.
  if (pruned === undefined ? chain === undefined : chain !== undefined || pruned !== from || from === 0)
    throw noOpening();
  demand(text, { format: 'shuqiao-ledger', version: 2, from, chain, frontier, pruned, upTo, checkpoint });
  return { version: 2, from, chain, nodes: hashesOf(frontier), pruned, upTo, checkpoint };
}

function noOpening(): UnreadableError {
  return new UnreadableError('the opening line does not say how the export begins and ends');
}

/** @throws UnreadableError */
export function parseEntryOrClosing(text: string, { version }: Opening): EntryLine | Closing {
  const members = membersOf(text);
  return 'entry' in members || 'index' in members
    ? entryOf(text, members, version)
    : closingOf(text, { members, version });
}

export function isClosing(line: EntryLine | Closing): line is Closing {
  return 'size' in line;
}

function entryOf(text: string, { index, entry, leaf, chain, columns: given }: Members, version: 1 | 2): EntryLine {
  const columns = version === 1 ? undefined : searchColumns(given);
  if (!isCount(index) || typeof entry !== 'string' || !isHex(leaf) || !isHex(chain)) throw noEntry();
  if (version === 2 && columns === undefined) throw noEntry();
  const line = { index, entry, leaf, chain, columns };
  demand(text, line);
  return line;
}

function noEntry(): UnreadableError {
  return new UnreadableError('an entry has index, entry, leaf, chain and search columns, and nothing else');
}

function closingOf(text: string, { members, version }: { members: Members; version: 1 | 2 }): Closing {
  const { size, chain, root, checkpoint, proof, record } = members;
  const isWhole =
    isCount(size) &&
    isHex(chain) &&
    (version === 1 ? root === undefined && checkpoint === undefined : isHex(root)) &&
    (checkpoint === undefined || typeof checkpoint === 'string');
  if (!isWhole) throw new UnreadableError('a line is neither an entry nor the closing line');
  const line = { size, chain, root: isHex(root) ? root : undefined, checkpoint };
  return { ...line, ...proofsOf(text, line, version === 1 ? {} : { proof, record }) };
}

/** What only an export up to an index has, and then the whole line is known. */
function proofsOf(text: string, line: object, { proof, record }: Members): Pick<Closing, 'proof' | 'record'> {
  if (proof === undefined) {
    demand(text, line);
    return { proof: undefined, record: undefined };
  }
  const proven = record === undefined ? undefined : provenOf(record);
  if (!isListOfHex(proof)) throw new UnreadableError('the proof of the closing line is none');
  demand(text, { ...line, proof, record: proven });
  return { proof: hashesOf(proof), record: proven && { ...proven, proof: hashesOf(proven.proof) } };
}

interface WrittenEntry {
  readonly index: number;
  readonly entry: string;
  readonly proof: readonly string[];
}

function provenOf(given: unknown): WrittenEntry {
  const { index, entry, proof } = isMembers(given) ? given : {};
  if (!isCount(index) || typeof entry !== 'string' || !isListOfHex(proof))
    throw new UnreadableError('the record of the closing line is none');
  return { index, entry, proof };
}

function hashesOf(written: readonly string[]): readonly Hash[] {
  return written.map((hash) => Buffer.from(hash, 'hex'));
}

function isEnd(upTo: unknown): upTo is 'head' | 'checkpoint' | 'index' {
  return upTo === 'head' || upTo === 'checkpoint' || upTo === 'index';
}

function membersOf(text: string): Members {
  const value = parse(text);
  if (!isMembers(value)) throw new UnreadableError('this is not an object of JSON');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What was understood, written again, has to be the line: then there is nothing else in it, nothing twice, and no space
 * or escape that somebody could have put there.
 */
function demand(text: string, understood: object): void {
  if (JSON.stringify(understood) !== text)
    throw new UnreadableError('there is more in the line, or it is written otherwise, than an export has it');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCountOrNone(value: unknown): value is number | undefined {
  return value === undefined || isCount(value);
}

function isHexOrNone(value: unknown): value is string | undefined {
  return value === undefined || isHex(value);
}

function isListOfHex(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isHex);
}
