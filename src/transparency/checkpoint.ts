import { formatBase64, parseBase64 } from './base64.ts';
import { parseDecimal } from './decimal.ts';
import { EMPTY_ROOT, type Hash, isHash, isSameHash } from './hashes.ts';
import { NoteError } from './note-error.ts';
import { isNoteLine } from './note-line.ts';

/** What a log says of itself at one size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Which log it is. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** Further lines, which mean nothing here. */
  readonly extensions: readonly string[];
}

/**
 * From the text of a note, without its signatures.
 * @throws NoteError `malformed`, also for a size above 2^53 - 1 and for an empty tree with another root than it has
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = parseDecimal(digits);
  const root = parseBase64(encoded);
  if (!text.endsWith('\n') || size === undefined || root === undefined) throw malformed();
  const checkpoint = { origin, size, root, extensions };
  if (!isCheckpoint(checkpoint)) throw malformed();
  return checkpoint;
}

/** The text to be signed. @throws NoteError `malformed` for what is no checkpoint */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  if (!isCheckpoint(checkpoint)) throw malformed();
  const { origin, size, root, extensions } = checkpoint;
  return [origin, size, formatBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

function isCheckpoint({ origin, size, root, extensions }: Checkpoint): boolean {
  return (
    [origin, ...extensions].every((line) => line !== '' && isNoteLine(line)) &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    isHash(root) &&
    (size > 0 || isSameHash(root, EMPTY_ROOT))
  );
}

function malformed(): NoteError {
  return new NoteError('malformed', 'this is no checkpoint of a log');
}
