import { aessiv } from '@noble/ciphers/aes.js';

const KEY_BYTES = 64;
const encoder = new TextEncoder();
// Without ignoreBOM a text that begins with U+FEFF would come back without it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Deterministic authenticated encryption, AES-256-SIV (RFC 5297): the same text in the same context is the same token,
 * base64url, and whoever has the key can open it. A token tells the length of its text.
 * @param key 64 bytes
 * @param context at most 126 texts, each a string of associated data of its own (§2.4), so that none can run into the next
 * @throws RangeError if the key has another length
 * @throws TypeError for lone surrogates: UTF-8 has none, and two such texts would be one token
 */
export function sealToken(key: Uint8Array, context: readonly string[], text: string): string {
  return Buffer.from(siv(key, context).encrypt(bytesOf(text))).toString('base64url');
}

/**
 * The text of a token, or undefined if nobody with this key sealed it in this context.
 * @throws RangeError and TypeError, for the key and the context, as sealing does
 */
export function openToken(key: Uint8Array, context: readonly string[], token: string): string | undefined {
  const cipher = siv(key, context);
  const sealed = Buffer.from(token, 'base64url');
  // Buffer reads past what is not base64url; only one spelling is the token that was given out.
  if (sealed.toString('base64url') !== token) return undefined;
  try {
    return decoder.decode(cipher.decrypt(sealed));
  } catch {
    return undefined;
  }
}

function siv(key: Uint8Array, context: readonly string[]): ReturnType<typeof aessiv> {
  if (key.length !== KEY_BYTES) throw new RangeError('a key of AES-256-SIV has 64 bytes');
  return aessiv(key, ...context.map(bytesOf));
}

function bytesOf(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('a token has no lone surrogates');
  return encoder.encode(text);
}
