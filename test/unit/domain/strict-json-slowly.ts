import { isJsonArray, isJsonObject, type JsonValue } from '../../../src/domain/json.ts';
import { MAX_JSON_DEPTH, StrictJsonError } from '../../../src/domain/strict-json.ts';

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/gsu;
const MAX_SIGNIFICANT_DIGITS = 15;
const SMALLEST_NORMAL = 2 ** -1022;

/**
 * Strict JSON as one would first write it: what the parser of the product must agree with, to the fault.
 * @throws StrictJsonError
 */
export function parseStrictJsonSlowly(bytes: Uint8Array): JsonValue {
  const text = decode(bytes);
  const value = parse(text);
  const keysInTree = countKeys(value, 0);
  if (keysInTree !== countKeysAndCheckNumbers(text)) throw new StrictJsonError('duplicate-key');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
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

/** Number of members in the whole tree: fewer than the text has means that some key stood twice. */
function countKeys(value: JsonValue, depth: number): number {
  if (typeof value === 'string') {
    refuseLoneSurrogate(value);
    return 0;
  }
  if (value === null || typeof value !== 'object') return 0;
  if (depth >= MAX_JSON_DEPTH) throw new StrictJsonError('too-deep');
  if (isJsonArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item, depth + 1), 0);
  let keys = 0;
  if (!isJsonObject(value)) return keys;
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new StrictJsonError('forbidden-key');
    refuseLoneSurrogate(key);
    keys += 1 + countKeys(value[key] ?? null, depth + 1);
  }
  return keys;
}

/** Only called on text that JSON.parse accepted, so a string followed by a colon is a key and nothing else. */
function countKeysAndCheckNumbers(text: string): number {
  let keys = 0;
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (colon !== undefined) keys += 1;
    else if (!token.startsWith('"') && !isSafeNumber(token)) throw new StrictJsonError('unsafe-number');
  }
  return keys;
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

function refuseLoneSurrogate(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new StrictJsonError('lone-surrogate');
}
