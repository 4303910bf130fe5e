import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { formatBase64, parseBase64 } from './base64.ts';
import { cosignedMessage, parseTimedSignature } from './cosigned-message.ts';
import { NoteError } from './note-error.ts';
import { isNoteLine } from './note-line.ts';

/** Ed25519 over the text of a note, or over a checkpoint with the time at which it was seen. */
export type NoteKeyKind = 'ed25519' | 'cosignature/v1';

/** C2SP signed-note, “Signature types”. */
const TYPES: Readonly<Record<NoteKeyKind, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 };
const KEY_BYTES = 32;
/** RFC 8410: what DER has before the 32 bytes of a public key, and of a private one. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** What a key made sure of. */
export interface Verified {
  /** When a cosigner says to have seen the checkpoint, in seconds since 1970; undefined in other signatures. */
  readonly time: number | undefined;
}

interface NoteKey {
  readonly name: string;
  /** The key id: eight hexadecimal digits, in small letters. */
  readonly id: string;
  readonly kind: NoteKeyKind;
  /** As text: `<name>+<id>+<base64 of type and public key>`. */
  readonly vkey: string;
}

export interface NoteVerifier extends NoteKey {
  /** 32 bytes in base64. Keys are the same if these are: one key can have many names, and an id for each. */
  readonly publicKey: string;
  /** What the signature says of the text of a note, or undefined if it is not this key’s. */
  verify(text: string, signature: Uint8Array): Verified | undefined;
}

export interface NoteSigner extends NoteKey {
  /** Ed25519 over the bytes. What is signed for a kind is for `signNote` and `cosign` to say. */
  sign(message: Uint8Array): Uint8Array;
}

/** @throws NoteError `malformed`, also for an id that is not that of the key */
export function parseVerifierKey(vkey: string): NoteVerifier {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(vkey) ?? [];
  const { kind, key } = keyDataOf(encoded);
  if (!isKeyName(name) || id !== keyId(name, kind, key)) throw unusable();
  return verifierOf(name, kind, key);
}

/**
 * `PRIVATE+KEY+<name>+<id>+<base64 of type and seed>`, as Go’s sumdb/note has it; the type of a cosigner is 0x04.
 * @throws NoteError `malformed`, without what was read
 */
export function parseSignerKey(skey: string): NoteSigner {
  const [, name = '', id = '', encoded = ''] = /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(skey) ?? [];
  const { kind, key: seed } = keyDataOf(encoded);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  if (!isKeyName(name) || id !== keyId(name, kind, publicKey)) throw unusable();
  const { vkey } = verifierOf(name, kind, publicKey);
  return { name, id, kind, vkey, sign: (message) => sign(null, message, privateKey) };
}

/** A new key and what verifies it, as texts. @throws NoteError for what is no name of a key */
export function generateSignerKey(name: string, kind: NoteKeyKind): { readonly skey: string; readonly vkey: string } {
  if (!isKeyName(name)) throw unusable();
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawPublicKey(pair.publicKey);
  const seed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const { id, vkey } = verifierOf(name, kind, publicKey);
  return { skey: `PRIVATE+KEY+${name}+${id}+${encodeKey(kind, seed)}`, vkey };
}

/** C2SP signed-note: no Unicode space and no plus sign, nor what no note may hold. */
export function isKeyName(name: string): boolean {
  return name !== '' && isNoteLine(name) && !/[\p{White_Space}+]/u.test(name);
}

function verifierOf(name: string, kind: NoteKeyKind, key: Uint8Array): NoteVerifier {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' });
  const id = keyId(name, kind, key);
  const vkey = `${name}+${id}+${encodeKey(kind, key)}`;
  const check = kind === 'ed25519' ? verifyText : verifyCosignature;
  return {
    name,
    id,
    kind,
    vkey,
    publicKey: formatBase64(key),
    verify: (text, signature) => check(publicKey, text, signature),
  };
}

function verifyText(key: KeyObject, text: string, signature: Uint8Array): Verified | undefined {
  return verify(null, Buffer.from(text), key, signature) ? { time: undefined } : undefined;
}

function verifyCosignature(key: KeyObject, text: string, bytes: Uint8Array): Verified | undefined {
  const timed = parseTimedSignature(bytes);
  if (timed === undefined || !verify(null, cosignedMessage(text, timed.time), key, timed.signature)) return undefined;
  return { time: timed.time };
}

function keyDataOf(encoded: string): { kind: NoteKeyKind; key: Uint8Array } {
  const bytes = parseBase64(encoded);
  if (bytes === undefined || bytes.length !== 1 + KEY_BYTES) throw unusable();
  const key = bytes.subarray(1);
  if (bytes[0] === TYPES.ed25519) return { kind: 'ed25519', key };
  if (bytes[0] === TYPES['cosignature/v1']) return { kind: 'cosignature/v1', key };
  throw unusable();
}

function encodeKey(kind: NoteKeyKind, key: Uint8Array): string {
  return formatBase64(Buffer.concat([Uint8Array.of(TYPES[kind]), key]));
}

/** C2SP signed-note: SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first four bytes. */
function keyId(name: string, kind: NoteKeyKind, publicKey: Uint8Array): string {
  const hash = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(TYPES[kind])).update(publicKey);
  return hash.digest('hex').slice(0, 8);
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}

function unusable(): NoteError {
  return new NoteError('malformed', 'this is no key of a signed note that is known here');
}
