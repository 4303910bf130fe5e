import { formatBase64, parseBase64 } from './base64.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { parseDecimal } from './decimal.ts';
import { type Hash, isHash } from './hashes.ts';
import { NoteError } from './note-error.ts';
import { parseNote } from './signed-note.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** As high as a tree of 2^53 - 1 leaves. */
const MAX_HASHES = 53;

/** What `.tlog-proof` files hold (C2SP tlog-proof). */
export interface TlogProof {
  /** Which nobody signed. */
  readonly extra: Uint8Array | undefined;
  readonly index: number;
  /** The inclusion proof of the entry at the index in the tree of the checkpoint. */
  readonly hashes: readonly Hash[];
  /** The note as it is, with its signatures. */
  readonly checkpoint: string;
}

/**
 * Nothing in it was verified.
 * @throws NoteError `malformed`, also for a checkpoint that is none or has no such entry
 */
export function parseTlogProof(file: string): TlogProof {
  const end = file.indexOf('\n\n');
  const [first, ...lines] = file.slice(0, end).split('\n');
  if (end < 0 || first !== FIRST_LINE) throw malformed();
  const extra = afterWord(lines[0], 'extra');
  const [indexLine, ...hashLines] = extra === undefined ? lines : lines.slice(1);
  const proof = {
    extra: extra === undefined ? undefined : bytesOf(extra),
    index: parseDecimal(afterWord(indexLine, 'index') ?? '') ?? -1,
    hashes: hashLines.map(bytesOf),
    checkpoint: file.slice(end + 2),
  };
  if (!isProof(proof)) throw malformed();
  return proof;
}

/** @throws NoteError `malformed` for what is no proof */
export function formatTlogProof(proof: TlogProof): string {
  if (!isProof(proof)) throw malformed();
  const { extra, index, hashes, checkpoint } = proof;
  const extraLine = extra === undefined ? [] : [`extra ${formatBase64(extra)}`];
  return `${[FIRST_LINE, ...extraLine, `index ${index}`, ...hashes.map(formatBase64)].join('\n')}\n\n${checkpoint}`;
}

function isProof({ index, hashes, checkpoint }: TlogProof): boolean {
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  return (
    Number.isSafeInteger(index) && index >= 0 && index < size && hashes.length <= MAX_HASHES && hashes.every(isHash)
  );
}

function afterWord(line: string | undefined, word: string): string | undefined {
  return line?.startsWith(`${word} `) === true ? line.slice(word.length + 1) : undefined;
}

function bytesOf(encoded: string): Uint8Array {
  const bytes = parseBase64(encoded);
  if (bytes === undefined) throw malformed();
  return bytes;
}

function malformed(): NoteError {
  return new NoteError('malformed', 'this is no proof of a log');
}
