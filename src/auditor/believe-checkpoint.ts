import { type Checkpoint, parseCheckpoint } from '../transparency/checkpoint.ts';
import { NoteError } from '../transparency/note-error.ts';
import { parseNote } from '../transparency/signed-note.ts';
import { checkAgainst, type TrustedCheckpoint, type TrustPolicy } from '../transparency/trust-policy.ts';

/** What a note says, and how far the trust policy believes it. */
export type Belief =
  | { readonly kind: 'malformed' }
  /** By nobody who is known; also where there is no trust policy. */
  | { readonly kind: 'unknown'; readonly checkpoint: Checkpoint }
  /** In the name of a known key, and not by it. */
  | { readonly kind: 'forged'; readonly checkpoint: Checkpoint }
  | ({ readonly kind: 'signed' } & TrustedCheckpoint);

export function believeCheckpoint(note: string, policy: TrustPolicy | undefined): Belief {
  const checkpoint = checkpointOf(note);
  if (checkpoint === undefined) return { kind: 'malformed' };
  if (policy === undefined) return { kind: 'unknown', checkpoint };
  try {
    return { kind: 'signed', ...checkAgainst(policy, note) };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    if (error.fault === 'malformed') return { kind: 'malformed' };
    return { kind: error.fault === 'bad-signature' ? 'forged' : 'unknown', checkpoint };
  }
}

function checkpointOf(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}
