import { isJsonArray, type JsonValue } from './json.ts';

/**
 * RFC 8785 (JCS): one byte sequence for one value, so that it can be hashed and signed.
 * Numbers and strings are as ECMAScript writes them (§3.2.2); keys are sorted by UTF-16 code units (§3.2.3), which is
 * what the default sort does.
 * @throws TypeError for what I-JSON excludes: non-finite numbers and lone surrogates
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('canonical JSON has no such number');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${quoted(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function quoted(text: string): string {
  const json = JSON.stringify(text);
  // It writes a lone surrogate as an escape: what came out no longer has none, and most is that.
  if (json.length > text.length + 2 && /\p{Surrogate}/u.test(text))
    throw new TypeError('canonical JSON has no lone surrogates');
  return json;
}
