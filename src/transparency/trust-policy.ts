import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { NoteError } from './note-error.ts';
import type { NoteVerifier } from './note-keys.ts';
import { openNote } from './signed-note.ts';

export interface TrustedLog {
  /** Its name is the origin of the log’s checkpoints. */
  readonly verifier: NoteVerifier;
  readonly url: string | undefined;
}

export interface TrustedWitness {
  /** What the trust policy calls it; its key has its own name. */
  readonly name: string;
  readonly verifier: NoteVerifier;
  readonly url: string | undefined;
}

/** A witness by its name, or as many of the members as the threshold says; 0 of none is no witness asked for. */
export type Quorum = string | { readonly threshold: number; readonly members: readonly Quorum[] };

/** Whose checkpoints are believed (C2SP tlog-policy). */
export interface TrustPolicy {
  readonly logs: readonly TrustedLog[];
  readonly witnesses: readonly TrustedWitness[];
  readonly quorum: Quorum;
}

export interface TrustedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly log: TrustedLog;
  readonly cosignedBy: readonly {
    /** In the trust policy. */
    readonly name: string;
    /** When it saw the checkpoint, in seconds since 1970. */
    readonly time: number;
  }[];
  /** Whether those are enough. */
  readonly satisfied: boolean;
}

/**
 * What a note says by a log of the trust policy, and which of its witnesses cosigned it. Who does not look at
 * `satisfied` believes the log alone.
 * @throws NoteError `unknown-signers` also if the log of this origin is none of the trust policy’s
 */
export function checkAgainst({ logs, witnesses, quorum }: TrustPolicy, note: string): TrustedCheckpoint {
  const { verifiedBy, text } = openNote(
    note,
    [...logs, ...witnesses].map(({ verifier }) => verifier),
  );
  const checkpoint = parseCheckpoint(text);
  const signers = new Map(verifiedBy.map(({ verifier, time }) => [verifier, time]));
  const log = logs.find(({ verifier }) => signers.has(verifier) && verifier.name === checkpoint.origin);
  if (log === undefined) throw new NoteError('unknown-signers', 'the checkpoint is not of a log that is trusted');
  const cosignedBy = witnesses.flatMap(({ name, verifier }) => {
    const time = signers.get(verifier);
    return time === undefined ? [] : [{ name, time }];
  });
  return { checkpoint, log, cosignedBy, satisfied: isReached(quorum, new Set(cosignedBy.map(({ name }) => name))) };
}

/** Whether these witnesses are enough. */
export function isReached(quorum: Quorum, names: ReadonlySet<string>): boolean {
  if (typeof quorum === 'string') return names.has(quorum);
  return quorum.members.filter((member) => isReached(member, names)).length >= quorum.threshold;
}
