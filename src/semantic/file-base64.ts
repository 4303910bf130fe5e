import type { TextType } from './semantic-type.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * How many bytes a file has that is written as base64 (RFC 4648 §4): padded, in one line, and with nothing in the bits
 * that are left over, so that a file has one spelling. Undefined if it is not. Looked for what is wrong, because a pattern
 * that repeats groups of four keeps a stack of them.
 */
export function base64Size(value: string): number | undefined {
  if (value === '' || value.length % 4 !== 0) return undefined;
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  if (/[^A-Za-z0-9+/]/.test(padding === 0 ? value : value.slice(0, -padding))) return undefined;
  const last = ALPHABET.indexOf(value.charAt(value.length - padding - 1));
  const isOneSpelling = padding === 0 || last % (padding === 1 ? 4 : 16) === 0;
  return isOneSpelling ? (value.length / 4) * 3 - padding : undefined;
}

/** 文件, in a field. No mask reaches into it: it leaves whole, or something is told about it. */
export const fileBase64: TextType = {
  json: 'string',
  titleEn: 'File, as base64',
  titleZh: '文件（base64）',
  precisions: { size: ['size'], digest: ['digest'] },
  normalise: (value) => (base64Size(value) === undefined ? undefined : value),
  sample: (chance) => Buffer.from(Array.from({ length: 300 + chance(3) }, () => chance(256))).toString('base64'),
};
