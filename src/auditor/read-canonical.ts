export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** As deep as what is recorded may be; what nests deeper could only be meant to exhaust who reads it. */
const MAX_DEPTH = 32;

/**
 * The object that a text is, if the text is its canonical form (RFC 8785), else undefined. Written apart from what wrote
 * the log. The form is one text for one value, so that comparing leaves nothing to be read in two ways: no space, no key
 * twice, no number that loses digits, no escape that need not be.
 */
export function readCanonical(text: string): JsonObject | undefined {
  const value = parse(text);
  if (!isObject(value)) return undefined;
  return write(value, 0) === text ? value : undefined;
}

function parse(text: string): Json | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- JSON.parse gives a JSON value and nothing else
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Undefined for what has no canonical form. */
function write(value: Json, depth: number): string | undefined {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (depth === MAX_DEPTH) return undefined;
  const parts: string[] = [];
  if (isList(value)) {
    for (const item of value) {
      const written = write(item, depth + 1);
      if (written === undefined) return undefined;
      parts.push(written);
    }
    return `[${parts.join(',')}]`;
  }
  // §3.2.3: by UTF-16 code units, as the default order of strings is.
  for (const key of Object.keys(value).sort()) {
    const name = quote(key);
    const written = write(value[key] ?? null, depth + 1);
    if (name === undefined || written === undefined) return undefined;
    parts.push(`${name}:${written}`);
  }
  return `{${parts.join(',')}}`;
}

/** §3.2.2.2: as ECMAScript quotes, but half a surrogate pair is no text (RFC 7493 §2.1). */
function quote(text: string): string | undefined {
  return /\p{Surrogate}/u.test(text) ? undefined : JSON.stringify(text);
}
