import { formatCheckpoint, parseCheckpoint } from '../transparency/checkpoint.ts';
import { cosign } from '../transparency/cosignature.ts';
import { EMPTY_ROOT } from '../transparency/hashes.ts';
import type { NoteSigner, NoteVerifier } from '../transparency/note-keys.ts';
import { openNote } from '../transparency/signed-note.ts';
import { recordFolder } from './known-log.ts';
import { createRecord, RecordError } from './record.ts';
import { signaturesOf } from './signatures-of.ts';

export interface Admission {
  readonly origin: string;
  readonly verifiers: readonly NoteVerifier[];
  readonly signer: NoteSigner;
  readonly stateDir: string;
  readonly nowMs: number;
  /** A note signed by the log; undefined to begin with nothing. */
  readonly from: string | undefined;
}

/**
 * Makes the record of a log that this witness never cosigned. @returns the size that it begins at
 * @throws RecordError if there is a record, of whatever content: it is never begun anew
 * @throws NoteError for a note that the log did not sign
 */
export async function admitLog({ origin, verifiers, signer, stateDir, nowMs, from }: Admission): Promise<number> {
  const opened = from === undefined ? undefined : openNote(from, verifiers);
  const text = opened?.text ?? formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT, extensions: [] });
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin) throw new RecordError('the checkpoint is of another log');
  const signatures = opened === undefined ? '' : signaturesOf(opened);
  const cosignature = cosign(text, signer, Math.floor(nowMs / 1000));
  try {
    await createRecord(recordFolder(stateDir, origin), `${text}\n${signatures}${cosignature}`);
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw isThere ? new RecordError('the log was admitted before; a record is never begun anew') : error;
  }
  return checkpoint.size;
}
