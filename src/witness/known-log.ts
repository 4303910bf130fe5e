import { join } from 'node:path';
import { type Fault, FaultsError } from '../domain/fault.ts';
import { type Checkpoint, parseCheckpoint } from '../transparency/checkpoint.ts';
import { NoteError } from '../transparency/note-error.ts';
import { type NoteSigner, type NoteVerifier, parseVerifierKey } from '../transparency/note-keys.ts';
import { type OpenedNote, openNote } from '../transparency/signed-note.ts';
import { originHash } from './origin-hash.ts';
import { openRecord, type Record, RecordError } from './record.ts';

/** A log that the witness was told of, and what it cosigned of it last. */
export interface KnownLog {
  readonly origin: string;
  /** More than one while the log changes its key. */
  readonly verifiers: readonly NoteVerifier[];
  /** The witness's own key. */
  readonly own: NoteVerifier;
  readonly record: Record;
}

export interface KnownLogsNeeds {
  /** Of the configuration; keys of one name are of one log. */
  readonly verifiers: readonly NoteVerifier[];
  readonly signer: NoteSigner;
  readonly stateDir: string;
}

/** @throws FaultsError for each log whose record is lost, torn, or not cosigned by this key */
export async function openKnownLogs({ verifiers, signer, stateDir }: KnownLogsNeeds): Promise<readonly KnownLog[]> {
  const own = parseVerifierKey(signer.vkey);
  const faults: Fault[] = [];
  const logs: KnownLog[] = [];
  for (const origin of new Set(verifiers.map(({ name }) => name))) {
    const folder = recordFolder(stateDir, origin);
    try {
      const record = await openRecord(folder);
      readCosigned(record.newest(), origin, own);
      logs.push({ origin, verifiers: verifiers.filter(({ name }) => name === origin), own, record });
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      faults.push(lostRecord(folder, `of the log ${origin}: ${error.message}`));
    }
  }
  if (faults.length > 0) throw new FaultsError(faults);
  return logs;
}

export function recordFolder(stateDir: string, origin: string): string {
  return join(stateDir, originHash(origin));
}

export interface Cosigned extends OpenedNote {
  readonly checkpoint: Checkpoint;
  /** Of the cosignature, in seconds since 1970. */
  readonly time: number;
}

/**
 * A record vouches for itself: what is torn, of another log or another key bears no cosignature of ours.
 * @throws RecordError
 */
export function readCosigned(note: string, origin: string, own: NoteVerifier): Cosigned {
  try {
    const opened = openNote(note, [own]);
    const checkpoint = parseCheckpoint(opened.text);
    const time = opened.verifiedBy[0]?.time;
    if (checkpoint.origin === origin && time !== undefined) return { ...opened, checkpoint, time };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw new RecordError('what is in the folder was not cosigned by this witness as a checkpoint of this log');
}

function lostRecord(file: string, message: string): Fault {
  return {
    file,
    pointer: '',
    message,
    remedy:
      'A witness that lost its record begins again under a new key; a log that is new to it is admitted by `shuqiao witness admit` (docs/witness-guide.md).',
  };
}
