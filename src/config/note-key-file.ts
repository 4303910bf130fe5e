import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { FaultsError } from '../domain/fault.ts';
import { NoteError } from '../transparency/note-error.ts';
import { type NoteSigner, parseSignerKey } from '../transparency/note-keys.ts';

/** Read or written by a group or by all. */
const OTHERS = 0o066;

/**
 * The key that signs checkpoints or cosignatures. The file is its owner’s alone: who else reads it signs as the log, and
 * who else writes it has the log sign as somebody else.
 * @throws FaultsError that repeats nothing of the file
 */
export function readSignerKeyFile(path: string): NoteSigner {
  const text = contentOf(path);
  try {
    return parseSignerKey(text.endsWith('\n') ? text.slice(0, -1) : text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw unusable(path, 'this is no key that signs notes', 'Make one: shuqiao note-key generate.');
  }
}

/** A new file, for its owner only. @throws Error if there is one of this name */
export function writeSignerKeyFile(path: string, skey: string): void {
  writeFileSync(path, `${skey}\n`, { flag: 'wx', mode: 0o600 });
}

/** Of one open file: it cannot become another one between the look at its mode and the reading. */
function contentOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const mode = fstatSync(file).mode;
    if ((mode & OTHERS) !== 0) throw unusable(path, 'others may read or write it', 'chmod 600, and make a new key.');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof FaultsError) throw error;
    throw unusable(path, 'the file cannot be read', 'Check the path and its permissions.');
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
