import type { Clock } from '../domain/clock.ts';
import type { Checkpoint } from '../transparency/checkpoint.ts';
import { cosign } from '../transparency/cosignature.ts';
import { isSameHash } from '../transparency/hashes.ts';
import { NoteError } from '../transparency/note-error.ts';
import type { NoteSigner } from '../transparency/note-keys.ts';
import { type OpenedNote, openNote } from '../transparency/signed-note.ts';
import { verifyConsistency } from '../transparency/verify-proof.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { type KnownLog, readCosigned } from './known-log.ts';
import { originHash } from './origin-hash.ts';
import { signaturesOf } from './signatures-of.ts';

export interface WitnessNeeds {
  readonly logs: readonly KnownLog[];
  readonly signer: NoteSigner;
  readonly clock: Clock;
  readonly observer: WitnessObserver;
}

/** Why a checkpoint was not cosigned although its log signed it; the last three may be a log that shows two histories. */
export type Refusal = 'stale' | 'clock' | 'empty-root' | 'other-root' | 'no-proof';

/** Where a witness tells what it did; origins are names of the configuration. */
export interface WitnessObserver {
  cosigned(origin: string, at: { readonly size: number; readonly time: number }): void;
  refused(origin: string, why: { readonly size: number; readonly known: number; readonly refusal: Refusal }): void;
}

export interface WitnessAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface Witness {
  /** `add-checkpoint` of C2SP tlog-witness. @throws RecordError, whatever a disk throws: nothing was cosigned */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
  /** The newest checkpoint cosigned of the log with this SHA-256 of its origin, in small hexadecimal digits. */
  newest(originHash: string): string | undefined;
}

/** A clock is set back by so much now and then; further back, and cosignatures would contradict each other in time. */
const CLOCK_STEP_SECONDS = 60;

export function createWitness({ logs, ...needs }: WitnessNeeds): Witness {
  const byOrigin = new Map(logs.map((log) => [log.origin, { log, inTurn: turns() }]));
  const byHash = new Map(logs.map((log) => [originHash(log.origin), log]));
  return {
    addCheckpoint: async (body) => {
      const request = parseAddCheckpoint(body);
      if (request === undefined) return plain(400, 'this is no add-checkpoint request');
      const known = byOrigin.get(request.checkpoint.origin);
      if (known === undefined) return plain(404, 'the log is not known here');
      const opened = opening(request.note, known.log);
      if (opened === undefined) return plain(403, 'the checkpoint is not signed by its log');
      if (request.oldSize > sizeOf(request)) return plain(400, 'the old size is beyond that of the checkpoint');
      // What is known may not change between looking and writing.
      return await known.inTurn(async () => await judge({ request, opened, log: known.log }, needs));
    },
    newest: (hash) => {
      const log = byHash.get(hash);
      if (log === undefined) return undefined;
      const note = log.record.newest();
      return readCosigned(note, log.origin, log.own).signatures.length > 1 ? note : undefined;
    },
  };
}

interface Submission {
  readonly request: AddCheckpoint;
  readonly opened: OpenedNote;
  readonly log: KnownLog;
}

async function judge({ request, opened, log }: Submission, needs: Omit<WitnessNeeds, 'logs'>): Promise<WitnessAnswer> {
  const { signer, clock, observer } = needs;
  const known = readCosigned(log.record.newest(), log.origin, log.own);
  const size = sizeOf(request);
  const refuse = (refusal: Refusal, answer: WitnessAnswer): WitnessAnswer => {
    observer.refused(log.origin, { size, known: known.checkpoint.size, refusal });
    return answer;
  };
  if (request.oldSize !== known.checkpoint.size)
    return refuse('stale', { status: 409, type: 'text/x.tlog.size', body: `${known.checkpoint.size}\n` });
  const breach = breachOf(request, known.checkpoint);
  if (breach !== undefined) return refuse(breach, plain(422, 'the checkpoint does not continue what was cosigned'));
  const now = Math.floor(clock.now() / 1000);
  if (now < known.time - CLOCK_STEP_SECONDS)
    return refuse('clock', plain(503, 'the clock of the witness is behind its last cosignature'));
  const time = Math.max(now, known.time);
  const cosignature = cosign(opened.text, signer, time);
  await log.record.replace(`${opened.text}\n${signaturesOf(opened)}${cosignature}`);
  observer.cosigned(log.origin, { size, time });
  return { status: 200, type: 'text/plain; charset=utf-8', body: cosignature };
}

/** Undefined for a note that is not its log's: signed by nobody known, or with a bad signature under a known name. */
function opening(note: string, { verifiers }: KnownLog): OpenedNote | undefined {
  try {
    return openNote(note, verifiers);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function sizeOf({ checkpoint }: AddCheckpoint): number {
  return 'size' in checkpoint ? checkpoint.size : 0;
}

/** What keeps the checkpoint from continuing the one that was cosigned last. */
function breachOf({ checkpoint, proof }: AddCheckpoint, known: Checkpoint): Refusal | undefined {
  if (!('size' in checkpoint)) return 'empty-root';
  if (known.size === checkpoint.size && !isSameHash(known.root, checkpoint.root)) return 'other-root';
  // Every tree continues the empty one; there is no proof of that.
  const continues =
    known.size === 0
      ? proof.length === 0
      : verifyConsistency({
          from: known.size,
          to: checkpoint.size,
          fromRoot: known.root,
          toRoot: checkpoint.root,
          proof,
        });
  return continues ? undefined : 'no-proof';
}

function plain(status: number, text: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/** One after the other, whatever becomes of the one before. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const result = last.then(work, work);
    last = result.catch(() => {});
    return await result;
  };
}
