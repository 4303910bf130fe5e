import { parseBase64 } from '../transparency/base64.ts';
import { type Checkpoint, parseCheckpoint } from '../transparency/checkpoint.ts';
import { parseDecimal } from '../transparency/decimal.ts';
import { type Hash, isHash } from '../transparency/hashes.ts';
import { NoteError } from '../transparency/note-error.ts';
import { parseNote } from '../transparency/signed-note.ts';

/** More is no request of this protocol: an old size, 63 hashes, and a note of a hundred signatures. */
export const MAX_ADD_CHECKPOINT_BYTES = 65_536;
const MAX_PROOF_LINES = 63;

export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  readonly note: string;
  /** Of the note; signed by nobody yet. */
  readonly checkpoint: ClaimedCheckpoint;
}

/** `wrongEmptyRoot`: an empty tree with a root that it does not have, which this protocol answers in its own way. */
export type ClaimedCheckpoint = Checkpoint | { readonly origin: string; readonly wrongEmptyRoot: true };

/** The body of `add-checkpoint` (C2SP tlog-witness), or undefined for what is none. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint | undefined {
  const text = utf8Of(body);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : undefined;
  const proof = lines.flatMap((line) => parseBase64(line) ?? []).filter(isHash);
  const note = text.slice(end + 2);
  const checkpoint = checkpointOf(note);
  if (oldSize === undefined || checkpoint === undefined) return undefined;
  if (proof.length !== lines.length || proof.length > MAX_PROOF_LINES) return undefined;
  return { oldSize, proof, note, checkpoint };
}

/** The lines before the note, and the note. */
export function formatAddCheckpoint({ oldSize, proof, note }: Omit<AddCheckpoint, 'checkpoint'>): string {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${note}`;
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checkpointOf(note: string): ClaimedCheckpoint | undefined {
  try {
    const { text } = parseNote(note);
    return emptyTreeOf(text) ?? parseCheckpoint(text);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

/** Elsewhere, a checkpoint of size 0 with another root is simply none. */
function emptyTreeOf(text: string): ClaimedCheckpoint | undefined {
  const [origin = '', size, encoded = '', ...rest] = text.split('\n');
  const root = parseBase64(encoded);
  if (size !== '0' || origin === '' || root === undefined || !isHash(root) || rest.length !== 1) return undefined;
  try {
    return parseCheckpoint(text);
  } catch {
    return { origin, wrongEmptyRoot: true };
  }
}
