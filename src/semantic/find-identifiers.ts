import { bankCard, email, landline, plate } from './documents.ts';
import { luhnHolds } from './luhn.ts';
import { parseMobile } from './mobile.ts';
import { parseResidentId } from './resident-id.ts';
import { parseUnifiedSocialCreditCode } from './unified-social-credit-code.ts';

/**
 * What is found, and if two pieces overlap, which of them it is: the surest first. One in ten numbers passes for a card,
 * and four digits of a card with the next seven for a landline.
 */
export const FOUND = [
  'email',
  'cn.resident-id',
  'cn.uscc',
  'cn.plate',
  'cn.mobile',
  'bank-card',
  'cn.landline',
] as const;

/** A piece of a text that looks like a value of a meaning. */
export interface Found {
  readonly semantic: (typeof FOUND)[number];
  /** In code units of the text. */
  readonly from: number;
  readonly to: number;
  /** Without what stood between its characters. */
  readonly value: string;
}

const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const TO_ASCII = 0xfee0;
// Also those of no width, which somebody puts between digits so that nothing finds them.
const SPACES = /\u00A0|[\u2000-\u200B]|\u202F|\u205F|\u2060|\u3000|\uFEFF/g;
const DASHES = /\u00AD|[\u2010-\u2015]|\u2212|\u30FC/g;

/** The text with plain letters, digits, spaces and dashes, each in its place: unlike NFKC it moves nothing. */
function plain(text: string): string {
  return text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - TO_ASCII))
    .replace(SPACES, ' ')
    .replace(DASHES, '-');
}

/** Pieces that do not overlap, in the order of the text. Every way to find one looks a bounded way ahead and back. */
export function findIdentifiers(text: string): readonly Found[] {
  const searched = plain(text);
  const candidates = [...emailsIn(searched), ...creditCodesIn(searched), ...platesIn(searched), ...numbersIn(searched)];
  const rank = ({ semantic }: Found): number => FOUND.indexOf(semantic);
  const isTaken = new Uint8Array(text.length);
  return candidates
    .sort((one, other) => rank(one) - rank(other) || other.to - other.from - (one.to - one.from))
    .filter(({ from, to }) => {
      if (isTaken.subarray(from, to).includes(1)) return false;
      isTaken.fill(1, from, to);
      return true;
    })
    .sort((one, other) => one.from - other.from);
}

const LOCAL_PART = 64;
const DOMAIN = 255;

/** From each @ outwards: from its beginning, a pattern would read a text without one over and over. */
function emailsIn(text: string): readonly Found[] {
  return Array.from(text.matchAll(/@/g)).flatMap(({ index }): readonly Found[] => {
    const [local = ''] = /[A-Za-z0-9._%+-]*$/.exec(text.slice(Math.max(0, index - LOCAL_PART), index)) ?? [];
    const after = text.slice(index + 1, index + 1 + DOMAIN);
    const [domain = ''] = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*/.exec(after) ?? [];
    const value = email.normalise(`${local}@${domain}`);
    if (value === undefined) return [];
    return [{ semantic: 'email', from: index - local.length, to: index + 1 + domain.length, value }];
  });
}

const CREDIT_CODE = /(?<![0-9A-Z])(?:[0-9A-HJ-NP-RTUW-Y][ -]{0,2}){17}[0-9A-HJ-NP-RTUW-Y](?![0-9A-Z])/gi;

function creditCodesIn(text: string): readonly Found[] {
  return matchesOf(CREDIT_CODE, text).flatMap(({ from, piece }): readonly Found[] => {
    const value = parseUnifiedSocialCreditCode(piece.replace(/[ -]/g, ''));
    return value === undefined ? [] : [{ semantic: 'cn.uscc', from, to: from + piece.length, value }];
  });
}

const PLATE =
  /(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-Z][·•‧・. -]{0,2}|使)[A-HJ-NP-Z0-9]{4,6}[警学挂港澳领]?/gi;
const SHORTEST_PLATE = 7;

function platesIn(text: string): readonly Found[] {
  return matchesOf(PLATE, text).flatMap(({ from, piece }): readonly Found[] => {
    // What follows a plate may look as if it were of it.
    for (let { length } = piece; length >= SHORTEST_PLATE; length -= 1) {
      const value = plate.normalise(piece.slice(0, length).replace(/[·•‧・. -]/g, ''));
      if (value !== undefined) return [{ semantic: 'cn.plate', from, to: from + length, value }];
    }
    return [];
  });
}

/** Also matches that begin within another: the one that is a value may be the second. */
function matchesOf(pattern: RegExp, text: string): readonly { readonly from: number; readonly piece: string }[] {
  const matches: { from: number; piece: string }[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    matches.push({ from: match.index, piece: match[0] });
    pattern.lastIndex = match.index + 1;
  }
  return matches;
}

const BETWEEN = /^[ .()-]{1,3}$/;
const LONGEST = 19;
const SHORTEST = 10;
const AFTER_SEVENTEEN = /^[ -]{0,2}[Xx]/;

/** Numbers begin and end where digits do: the eleven digits in the middle of an order number are no telephone. */
function numbersIn(text: string): readonly Found[] {
  const runs = Array.from(text.matchAll(/\d+/g), ({ index, 0: digits }) => ({ from: index, digits }));
  return runs.flatMap(({ from }, first) => {
    const found: Found[] = [];
    let digits = '';
    let to = from;
    for (let at = first; at < runs.length; at += 1) {
      const run = runs[at];
      if (run === undefined || (at > first && !BETWEEN.test(text.slice(to, Math.min(run.from, to + 4))))) break;
      digits += run.digits;
      to = run.from + run.digits.length;
      if (digits.length > LONGEST) break;
      if (digits.length >= SHORTEST) found.push(...numbersOf(digits, { from, to, after: text.slice(to, to + 3) }));
    }
    return found;
  });
}

function numbersOf(
  digits: string,
  { from, to, after }: { readonly from: number; readonly to: number; readonly after: string },
): readonly Found[] {
  const [x] = digits.length === 17 ? (AFTER_SEVENTEEN.exec(after) ?? []) : [];
  const number = x === undefined ? digits : `${digits}X`;
  const national = number.replace(/^(?:00)?86(?=[01]\d{9})/, '');
  const place = { from, to: to + (x?.length ?? 0) };
  const readings: readonly (readonly [Found['semantic'], string | undefined])[] = [
    ['cn.resident-id', /^(?:.{15}|.{18})$/.test(number) && parseResidentId(number) !== undefined ? number : undefined],
    ['cn.mobile', national.length === 11 ? parseMobile(national) : undefined],
    ['cn.landline', national.startsWith('0') ? landline.normalise(national) : undefined],
    ['bank-card', luhnHolds(digits) ? bankCard.normalise(digits) : undefined],
  ];
  return readings.flatMap(([semantic, value]) => (value === undefined ? [] : [{ semantic, value, ...place }]));
}
