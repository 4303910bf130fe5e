import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

const SPELLINGS =
  /^(?:[0-9A-F]{2}(?:(?::[0-9A-F]{2}){5}|(?:-[0-9A-F]{2}){5})|[0-9A-F]{4}(?:\.[0-9A-F]{4}){2}|[0-9A-F]{12})$/;
// IEEE 802: of the first octet the lowest bit is set for a group of stations, the next for an address that no vendor gave.
const GROUP = 1;
const LOCAL = 2;

/** The six octets of one station's address, `00:1A:2B:3C:4D:5E`, from any of the usual spellings; undefined if it is none. */
export function parseMac(value: string): { readonly mac: string; readonly isLocal: boolean } | undefined {
  const text = compatible(value).trim().toUpperCase();
  if (!SPELLINGS.test(text)) return undefined;
  const digits = text.replace(/[^0-9A-F]/g, '');
  const first = Number.parseInt(digits.slice(0, 2), 16);
  if ((first & GROUP) !== 0) return undefined;
  return { mac: (digits.match(/../g) ?? []).join(':'), isLocal: (first & LOCAL) !== 0 };
}

/** MAC address of one device. */
export const mac: TextType = {
  json: 'string',
  titleEn: 'MAC address',
  titleZh: 'MAC地址',
  identifies: 'person',
  precisions: { vendor: ['vendor'] },
  normalise: (value) => parseMac(value)?.mac,
  // RFC 7042 §2.1.1: for documentation.
  sample: (chance) => `00:00:5E:00:53:${chance(256).toString(16).padStart(2, '0').toUpperCase()}`,
};
