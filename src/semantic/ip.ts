import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

/** An address as numbers: four of eight bits, or eight of sixteen. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly groups: readonly number[];
}

const GROUPS = 8;

/** Dotted decimal without leading zeros, which some readers take for octal; undefined for anything else. */
function parseFour(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const isFour = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isFour ? parts.map(Number) : undefined;
}

/** RFC 4291 §2.2, with one `::` for at least one group of zeros; no zone, because it means something on one machine only. */
function parseSix(text: string): readonly number[] | undefined {
  const halves = withoutDots(text).split('::');
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(groupsOf);
  if (front === undefined) return undefined;
  if (halves.length === 1) return front.length === GROUPS ? front : undefined;
  if (back === undefined || front.length + back.length >= GROUPS) return undefined;
  return [...front, ...Array.from({ length: GROUPS - front.length - back.length }, () => 0), ...back];
}

/** The last two groups may be written as an IPv4 address. One that is none stays as it is, and is no group either. */
function withoutDots(text: string): string {
  const at = text.lastIndexOf(':') + 1;
  const four = parseFour(text.slice(at));
  if (four === undefined) return text;
  const [a = 0, b = 0, c = 0, d = 0] = four;
  return `${text.slice(0, at)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function groupsOf(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : undefined;
}

/** An IPv4 address written as one of IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4 address. */
export function parseIp(value: string): IpAddress | undefined {
  const text = compatible(value).trim();
  if (!text.includes(':')) {
    const groups = parseFour(text);
    return groups && { version: 4, groups };
  }
  const groups = parseSix(text);
  if (groups === undefined) return undefined;
  const [sixth, high = 0, low = 0] = groups.slice(5);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && sixth === 0xffff;
  return isMapped ? { version: 4, groups: [high >> 8, high & 0xff, low >> 8, low & 0xff] } : { version: 6, groups };
}

/** In one spelling: RFC 5952, the longest run of zeros left out, small letters. */
export function writeIp({ version, groups }: IpAddress): string {
  if (version === 4) return groups.join('.');
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = text.match(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text;
  const at = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

/** IP address, of version 4 or 6. Whose it was is known to who has the log of its provider. */
export const ip: TextType = {
  json: 'string',
  titleEn: 'IP address',
  titleZh: 'IP地址',
  // Counted by IPv4; of IPv6 they are 16, 32 and 48 bits.
  precisions: {
    network8: ['network8'],
    network16: ['network8', 'network16'],
    network24: ['network8', 'network16', 'network24'],
  },
  normalise: (value) => {
    const address = parseIp(value);
    return address && writeIp(address);
  },
  // RFC 5737 and RFC 3849: for documentation, nobody's.
  sample: (chance) => (chance(2) === 0 ? `192.0.2.${chance(256)}` : `2001:db8::${(1 + chance(0xfffe)).toString(16)}`),
};
