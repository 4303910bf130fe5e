import type { TextType } from './semantic-type.ts';

const MAX_LENGTH = 4096;

// The reader of the WHATWG standard drops tabs and line feeds and takes a backslash for a slash; other readers see another host.
const PLAIN = /^https?:\/\/[^\s\\\p{C}]+$/iu;

/** A web address, or undefined for another scheme and for what two readers may read differently. */
export function parseUrl(value: string): URL | undefined {
  if (value.length > MAX_LENGTH || !PLAIN.test(value)) return undefined;
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

/** 网址. What stands after the host is often about a person: a number in a path, a token in a query. */
export const url: TextType = {
  json: 'string',
  titleEn: 'Web address',
  titleZh: '网址',
  precisions: { origin: ['origin'] },
  normalise: (value) => parseUrl(value)?.href,
  sample: (chance) => `https://example.cn/a/${chance(1000)}?b=${chance(1000)}`,
};
