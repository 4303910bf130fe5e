import { isJsonArray, type JsonValue } from './json.ts';

/** Why a text is refused; a word for logs and problems, never a piece of the text. */
export type StrictJsonFault =
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'unsafe-number'
  | 'lone-surrogate';

export class StrictJsonError extends Error {
  readonly fault: StrictJsonFault;

  constructor(fault: StrictJsonFault) {
    super(fault);
    this.name = 'StrictJsonError';
    this.fault = fault;
  }
}

export const MAX_JSON_DEPTH = 32;

// Another parser takes the first of two equal keys where this one takes the last, and treats `__proto__` as no key at
// all; numbers past 2^53 or 15 digits come out changed (6222020200112233445 → …233000). All of it is refused, because a
// value that two readers read differently can be authorised as one thing and released as another.
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const BEGINS_FORBIDDEN = Array.from({ length: 128 }, (_, unit) =>
  [...FORBIDDEN_KEYS].some((key) => key.charCodeAt(0) === unit),
);
const MAX_SIGNIFICANT_DIGITS = 15;
// Below it digits are lost, and 1e-400 reads as nothing at all.
const SMALLEST_NORMAL = 2 ** -1022;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads I-JSON (RFC 7493) strictly.
 * @throws StrictJsonError
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  const text = decode(bytes);
  const value = parse(text);
  if (shortestLength(value, 0) !== text.length) lookCloser(value, text, bytes);
  return value;
}

function lookCloser(value: JsonValue, text: string, bytes: Uint8Array): void {
  // UTF-8 cannot carry a lone surrogate (RFC 3629 §3): only an escape can bring one.
  const keysInTree = countKeys(value, 0, text.includes('\\u'));
  if (keysInTree !== countKeysAndCheckNumbers(bytes)) throw new StrictJsonError('duplicate-key');
}

function decode(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new StrictJsonError('not-utf8');
  }
}

function parse(text: string): JsonValue {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- JSON.parse gives a JSON value and nothing else
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    throw new StrictJsonError('not-json');
  }
}

/**
 * How long the shortest text is that reads as this value, in UTF-16 code units. A text that is no longer has no space, no
 * escape and no member that was written over, and that is quicker to find out than anything about the text itself.
 * @returns NaN where it takes a closer look to say: for what is to be refused, and for some numbers
 */
function shortestLength(value: JsonValue, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (value === null || typeof value !== 'object') return shortestLiteral(value);
  if (depth >= MAX_JSON_DEPTH) return Number.NaN;
  let length = 1;
  if (isJsonArray(value)) {
    for (const item of value) length += 1 + shortestLength(item, depth + 1);
  } else {
    for (const key in value) {
      if (isForbidden(key)) return Number.NaN;
      const member = value[key] ?? null;
      // Most members are texts, and a call for each takes as long as all the adding.
      length += key.length + 4 + (typeof member === 'string' ? member.length + 2 : shortestLength(member, depth + 1));
    }
  }
  return length === 1 ? 2 : length;
}

/**
 * Not of a number that an exponent writes in fewer characters (1e3, 5e-3). Of the others no decimal of up to 15 digits is
 * the same number and shorter than what ECMAScript writes (Number::toString).
 */
function shortestLiteral(value: null | boolean | number): number {
  if (typeof value !== 'number') return value === false ? 5 : 4;
  const size = Math.abs(value);
  const isShortest = value === 0 || (size >= 0.01 && size < 1e15 && value % 1000 !== 0);
  const { length } = String(value);
  return isShortest && length <= MAX_SIGNIFICANT_DIGITS ? length : Number.NaN;
}

/** By its first character: to look a key up takes longer than everything else that is asked of it. */
function isForbidden(key: string): boolean {
  return BEGINS_FORBIDDEN[key.charCodeAt(0)] === true && FORBIDDEN_KEYS.has(key);
}

/** Number of members in the whole tree: fewer than the text has means that some key stood twice. */
function countKeys(value: JsonValue, depth: number, escapes: boolean): number {
  if (typeof value === 'string' && escapes) refuseLoneSurrogate(value);
  if (value === null || typeof value !== 'object') return 0;
  if (depth >= MAX_JSON_DEPTH) throw new StrictJsonError('too-deep');
  if (isJsonArray(value)) return countKeysOfItems(value, depth + 1, escapes);
  const keys = Object.keys(value);
  const members = Object.values(value);
  let count = keys.length;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? '';
    if (isForbidden(key)) throw new StrictJsonError('forbidden-key');
    if (escapes) refuseLoneSurrogate(key);
    count += countKeys(members[at] ?? null, depth + 1, escapes);
  }
  return count;
}

function countKeysOfItems(items: readonly JsonValue[], depth: number, escapes: boolean): number {
  let count = 0;
  for (const item of items) count += countKeys(item, depth, escapes);
  return count;
}

function refuseLoneSurrogate(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new StrictJsonError('lone-surrogate');
}

/**
 * Only called on bytes that JSON.parse accepted: outside a string a colon follows a key and nothing else, and a string
 * ends. Bytes and not the text, because a text that is not all Latin-1 takes three times as long to go through; no
 * byte of a longer character is below 0x80, so none is taken for a quote.
 */
function countKeysAndCheckNumbers(bytes: Uint8Array): number {
  let keys = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === COLON) keys += 1;
    // A minus before them changes no digit.
    else if (isDigit(byte)) at = endOfSafeNumber(bytes, at);
  }
  return keys;
}

/** @returns where its closing quote stands */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  // An escape is at least two bytes, and the rest of a longer one is no quote.
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * What is written in 15 characters without an exponent has no digit to lose.
 * @returns where its last character stands
 */
function endOfSafeNumber(bytes: Uint8Array, start: number): number {
  let end = start + 1;
  while (isDigit(bytes[end]) || bytes[end] === POINT) end += 1;
  if (end - start <= MAX_SIGNIFICANT_DIGITS && !isExponent(bytes[end])) return end - 1;
  while (isDigit(bytes[end]) || isExponent(bytes[end]) || isSign(bytes[end])) end += 1;
  if (!isSafeNumber(DECODER.decode(bytes.subarray(start, end)))) throw new StrictJsonError('unsafe-number');
  return end - 1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function isExponent(byte: number | undefined): boolean {
  return byte === LOWER_E || byte === UPPER_E;
}

function isSign(byte: number | undefined): boolean {
  return byte === PLUS || byte === MINUS;
}

function isSafeNumber(literal: string): boolean {
  const value = Number(literal);
  if (Math.abs(value) < SMALLEST_NORMAL) return significantDigits(literal) === 0;
  if (Number.isInteger(value)) return Number.isSafeInteger(value) && !hasLostFraction(literal);
  return Number.isFinite(value) && significantDigits(literal) <= MAX_SIGNIFICANT_DIGITS;
}

/** 1.00000000000000001 reads as the integer 1. */
function hasLostFraction(literal: string): boolean {
  return /[.eE]/.test(literal) && significantDigits(literal) > MAX_SIGNIFICANT_DIGITS;
}

function significantDigits(literal: string): number {
  const mantissa = literal.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return mantissa.replace(/^0+/, '').length;
}
