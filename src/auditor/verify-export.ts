import type { Expectations } from './expectations.ts';
import {
  type Closing,
  type EntryLine,
  isClosing,
  type Opening,
  parseEntryOrClosing,
  parseOpening,
} from './export-line.ts';
import { judge, standing } from './judge.ts';
import { readLines } from './read-lines.ts';
import { differingColumn } from './search-columns.ts';
import { type Entries, takeEntries } from './take-entries.ts';
import { type Breach, UnreadableError, type Verification } from './verification.ts';

/** An export as far as it was read. */
interface Read {
  lines: number;
  opening: Opening | undefined;
  entries: Entries | undefined;
  closing: Closing | undefined;
  breach: Breach | undefined;
}

/**
 * Computes what `shuqiao ledger export` wrote again, from the bytes of the entries, and compares it with what is known
 * from elsewhere. It keeps no entry, and stops at the first that contradicts.
 * @param chunks of the file, cut anywhere
 */
export async function verifyExport(
  chunks: AsyncIterable<string | Uint8Array>,
  expected: Expectations = {},
): Promise<Verification> {
  const read: Read = { lines: 0, opening: undefined, entries: undefined, closing: undefined, breach: undefined };
  try {
    await readAll(chunks, read, expected);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return unread(read, `a readable export (line ${read.lines}: ${error.message})`);
  }
  return conclude(read, expected);
}

function conclude(read: Read, expected: Expectations): Verification {
  const { opening, entries, closing, breach } = read;
  if (opening === undefined || entries === undefined)
    return unread(read, 'a readable export (line 0: the file is empty)');
  if (breach !== undefined)
    return { ...standing(entries), size: breach.index, verdict: 'tampered', anchored: 0, breach };
  if (closing !== undefined && closing.checkpoint === undefined && opening.checkpoint !== undefined)
    return unread(read, 'the checkpoint that the opening line names');
  if (closing !== undefined && !isFitting(closing, opening))
    return unread(read, 'a closing line that fits the opening one');
  const claim = closing === undefined ? undefined : { ...closing, note: closing.checkpoint };
  const isWhole = opening.upTo === undefined || opening.upTo === 'head';
  return judge({ entries, pruned: opening.pruned, claim, isWhole }, expected);
}

/** Each of what only some exports have is there where it is looked at, and nowhere else. */
function isFitting({ proof, record }: Closing, { upTo, pruned }: Opening): boolean {
  return (proof !== undefined) === (upTo === 'index') && (record === undefined || pruned !== undefined);
}

async function readAll(chunks: AsyncIterable<string | Uint8Array>, read: Read, expected: Expectations): Promise<void> {
  for await (const text of readLines(chunks)) {
    read.lines += 1;
    if (read.opening === undefined || read.entries === undefined) {
      read.opening = parseOpening(text);
      read.entries = begin(read.opening, expected);
    } else if (read.closing === undefined) {
      const line = parseEntryOrClosing(text, read.opening);
      if (isClosing(line)) read.closing = line;
      else read.breach = breachOf(line, read.entries);
      if (read.breach !== undefined) return;
    } else {
      throw new UnreadableError('there is something after the closing line');
    }
  }
}

function begin({ from, nodes, chain, checkpoint }: Opening, expected: Expectations): Entries {
  try {
    return takeEntries({ size: from, nodes, chain }, checkpoint, expected);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnreadableError('the hashes of the opening line are not those of a tree of that size');
  }
}

function breachOf(line: EntryLine, entries: Entries): Breach | undefined {
  const index = entries.log.size;
  if (line.index !== index) return { index, reason: `entry ${index} is missing; the next there is ${line.index}` };
  const { leaf, chain, entry } = entries.take(line.entry);
  if (leaf !== line.leaf) return { index, reason: 'the entry was changed: it does not hash to its leaf' };
  // After what was pruned nobody has the chain any more; its root is in the entry that records it.
  if (chain === undefined) entries.log.adopt(line.chain);
  else if (chain !== line.chain)
    return { index, reason: 'the leaf or the chain was changed: they do not link to the entry before' };
  if (entry === undefined) return { index, reason: 'the entry is not canonical JSON' };
  const column = line.columns === undefined ? undefined : differingColumn(line.columns, entry);
  return column === undefined
    ? undefined
    : { index, reason: `the search column ${column} does not say what the entry says` };
}

function unread({ entries }: Read, missing: string): Verification {
  const stood = entries === undefined ? { from: 0, size: 0, root: '', chain: '', kinds: {} } : standing(entries);
  return { verdict: 'incomplete', ...stood, anchored: 0, missing };
}
