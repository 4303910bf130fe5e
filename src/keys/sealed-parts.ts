import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import type { PersonalParts, SealedPart, Subject } from '../domain/personal-parts.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import type { SubjectKey } from './subject-keys.ts';

const NONCE_BYTES = 12;

/** A key to seal under, and whose it is; of what has no subject, a system's. */
export interface SealingKey extends SubjectKey {
  readonly of: { readonly subject: Subject; readonly index: Uint8Array } | undefined;
}

/**
 * One part for each key: its subject, and its share of the rest. The shares are random and give the rest when all are
 * added up (XOR): without the key of one subject the salts are gone, and with them every way from the entry to it, while
 * the other parts still say what their own subjects are.
 */
export function sealParts(exchange: string, keys: readonly SealingKey[], parts: PersonalParts): readonly SealedPart[] {
  const rest = Buffer.from(canonicalJson({ words: parts.words, salts: parts.salts }));
  const shares = sharesOf(rest, keys.length);
  return keys.map(({ kid, key, of }, place): SealedPart => {
    const { type, value } = of?.subject ?? {};
    const plain: JsonObject = {
      share: Buffer.from(shares[place] ?? rest).toString('base64url'),
      ...(type === undefined || value === undefined ? {} : { subject: { type, value } }),
    };
    const sealed = encryptGcm(key, Buffer.from(canonicalJson(plain)), contextOf(exchange, kid));
    return { subject: of?.index, kid, nonce: sealed.subarray(0, NONCE_BYTES), box: sealed.subarray(NONCE_BYTES) };
  });
}

/** A part of an entry, and its key; undefined if that is gone. */
export interface OpeningPart extends Pick<SealedPart, 'kid' | 'nonce' | 'box'> {
  readonly key: Uint8Array | undefined;
}

export interface OpenedParts {
  readonly subjects: readonly Subject[];
  /** Undefined if a part of it was shredded. */
  readonly rest: Omit<PersonalParts, 'subjects'> | undefined;
}

/**
 * What of an entry can still be opened.
 * @throws Error without a value in it if a part is another entry's or was changed
 */
export function openParts(exchange: string, parts: readonly OpeningPart[]): OpenedParts {
  const opened = parts.map(({ kid, nonce, box, key }) =>
    key === undefined ? undefined : objectOf(decryptGcm(key, Buffer.concat([nonce, box]), contextOf(exchange, kid))),
  );
  const shares = opened.map((part) => bytesOf(part?.['share']));
  const complete = shares.filter((share) => share !== undefined);
  return {
    subjects: opened.flatMap((part) => subjectOf(part?.['subject'])),
    rest: parts.length === 0 || complete.length < parts.length ? undefined : restOf(objectOf(added(complete))),
  };
}

function sharesOf(rest: Uint8Array, count: number): readonly Uint8Array[] {
  const random = Array.from({ length: count - 1 }, () => new Uint8Array(randomBytes(rest.length)));
  return [...random, added([rest, ...random])];
}

function added([first = new Uint8Array(), ...others]: readonly Uint8Array[]): Uint8Array {
  return first.map((byte, place) => others.reduce((sum, other) => sum ^ (other[place] ?? 0), byte));
}

/** So that a box that is moved to another entry, or given another key's name, does not open. */
function contextOf(exchange: string, kid: string): string {
  return canonicalJson(['shuqiao-sealed-part', exchange, kid]);
}

function objectOf(bytes: Uint8Array): JsonObject {
  const value = parseStrictJson(bytes);
  if (!isJsonObject(value)) throw new TypeError('a sealed part is no object');
  return value;
}

function bytesOf(value: JsonValue | undefined): Uint8Array | undefined {
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64url')) : undefined;
}

function subjectOf(value: JsonValue | undefined): readonly Subject[] {
  if (!isJsonObject(value)) return [];
  const { type, value: itself } = value;
  return typeof type === 'string' && typeof itself === 'string' ? [{ type, value: itself }] : [];
}

function restOf({ words, salts }: JsonObject): Omit<PersonalParts, 'subjects'> {
  return { words: textsOf(words), salts: textsOf(salts) };
}

function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const members = isJsonObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(members.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}
