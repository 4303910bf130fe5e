import { formatBase64, parseBase64 } from './base64.ts';
import { NoteError } from './note-error.ts';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note-keys.ts';
import { isNoteLine } from './note-line.ts';

/** At most; a note of strangers’ signatures must not be unlimited work. The specification asks for 16. */
const MAX_SIGNATURES = 100;
const MAX_CHARACTERS = 1_000_000;
const ID_BYTES = 4;
const LINE = /^— (?<name>[^ ]+) (?<encoded>[^ ]+)$/;

export interface NoteSignature {
  readonly name: string;
  /** The key id: eight hexadecimal digits, in small letters. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Note {
  /** With the newline at its end, and without the empty line before the signatures. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteWitness {
  readonly verifier: NoteVerifier;
  /** Seconds since 1970, in a cosignature. */
  readonly time: number | undefined;
}

export interface OpenedNote extends Note {
  /** The known keys that signed it, at least one, each once. */
  readonly verifiedBy: readonly NoteWitness[];
}

/**
 * C2SP signed-note, “Format”. Nothing in it was verified: its text is nobody’s yet.
 * @throws NoteError `malformed`
 */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > MAX_CHARACTERS) throw malformed();
  const text = note.slice(0, end + 1);
  if (!isNoteText(text)) throw malformed();
  return { text, signatures: parseSignatures(note.slice(end + 2)) };
}

/** Signature lines alone, each with its newline. @throws NoteError `malformed`, also for none */
export function parseSignatures(lines: string): readonly NoteSignature[] {
  if (!lines.endsWith('\n') || !isNoteText(lines)) throw malformed();
  const signatures = lines.slice(0, -1).split('\n').map(signatureOf);
  if (signatures.length > MAX_SIGNATURES) throw malformed();
  return signatures;
}

/** @throws NoteError `malformed` for a text that no note can have, and for no signature or too many */
export function formatNote({ text, signatures }: Note): string {
  const note = `${text}\n${signatures.map(formatSignature).join('')}`;
  if (parseNote(note).text !== text) throw malformed();
  return note;
}

/** The line with its newline. */
export function formatSignature({ name, id, bytes }: NoteSignature): string {
  return `— ${name} ${formatBase64(Buffer.concat([Buffer.from(id, 'hex'), bytes]))}\n`;
}

/** @throws TypeError for the key of a witness, which never signs a text without a time */
export function signNote(text: string, signer: NoteSigner): NoteSignature {
  if (signer.kind !== 'ed25519') throw new TypeError('the key of a witness signs cosignatures only');
  if (!isNoteText(text)) throw malformed();
  return { name: signer.name, id: signer.id, bytes: signer.sign(Buffer.from(text)) };
}

/**
 * The note, if at least one of the keys signed it. Signatures by other keys are passed over, also those with the name or
 * the id of one, but not both; a signature with both that is not this key’s has the whole note refused.
 * @throws NoteError
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const known = new Map(verifiers.map((verifier) => [keyOf(verifier), verifier]));
  // Of two keys with one name and id it could not be said whose a signature is.
  if (known.size !== verifiers.length) throw new TypeError('two keys have the same name and id');
  const { text, signatures } = parseNote(note);
  const verifiedBy = new Map<string, NoteWitness>();
  for (const signature of signatures) {
    const verifier = known.get(keyOf(signature));
    if (verifier === undefined) continue;
    const verified = verifier.verify(text, signature.bytes);
    if (verified === undefined) throw new NoteError('bad-signature', 'a signature is not of the key that it names');
    if (!verifiedBy.has(keyOf(signature))) verifiedBy.set(keyOf(signature), { verifier, time: verified.time });
  }
  if (verifiedBy.size === 0) throw new NoteError('unknown-signers', 'the note is not signed by a key that is known');
  return { text, signatures, verifiedBy: [...verifiedBy.values()] };
}

function signatureOf(line: string): NoteSignature {
  const { name = '', encoded = '' } = LINE.exec(line)?.groups ?? {};
  const bytes = parseBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length <= ID_BYTES) throw malformed();
  const id = Buffer.from(bytes.subarray(0, ID_BYTES)).toString('hex');
  return { name, id, bytes: bytes.subarray(ID_BYTES) };
}

/** Whole UTF-8, ended by a newline, and no other control character of ASCII. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && isNoteLine(text.replaceAll('\n', ''));
}

/** A name has no plus sign. */
function keyOf({ name, id }: Pick<NoteSignature, 'name' | 'id'>): string {
  return `${name}+${id}`;
}

function malformed(): NoteError {
  return new NoteError('malformed', 'this is no signed note');
}
