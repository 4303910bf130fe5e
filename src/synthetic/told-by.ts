import { parseDate } from '../semantic/calendar-date.ts';
import { parseResidentId } from '../semantic/resident-id.ts';
import type { SemanticTypeId } from '../semantic/semantic-types.ts';
import { parseUnifiedSocialCreditCode } from '../semantic/unified-social-credit-code.ts';

type Told = (value: string, nowMs: number) => string | number | undefined;

function birthDateOf(value: string): string | undefined {
  return parseResidentId(value)?.id.replace(/^.{6}(....)(..)(..).{4}$/, '$1-$2-$3');
}

// Ages are counted where the registers are, eight hours ahead of UTC all year.
const BEIJING_MS = 8 * 3_600_000;

function ageOf(birthDate: string, nowMs: number): number | undefined {
  const born = parseDate(birthDate);
  const today = parseDate(new Date(nowMs + BEIJING_MS).toISOString().slice(0, 10));
  if (born === undefined || today === undefined) return undefined;
  const hadBirthday = today.month * 100 + today.day >= born.month * 100 + born.day;
  return Math.max(0, today.year - born.year - (hadBirthday ? 0 : 1));
}

/** What a value of one semantic type says of a value of another: from → to. */
const TOLD_BY: Partial<Record<SemanticTypeId, Partial<Record<SemanticTypeId, Told>>>> = {
  'cn.resident-id': {
    'cn.resident-id': (value) => value,
    'date.birth': birthDateOf,
    age: (value, nowMs) => ageOf(birthDateOf(value) ?? '', nowMs),
    // The sequence is even for women and odd for men.
    sex: (value) => (Number(parseResidentId(value)?.id.charAt(16)) % 2 === 0 ? '女' : '男'),
    'cn.area-code': (value) => parseResidentId(value)?.id.slice(0, 6),
  },
  'date.birth': { 'date.birth': (value) => value, age: ageOf },
  'cn.uscc': {
    'cn.uscc': (value) => value,
    'cn.area-code': (value) => parseUnifiedSocialCreditCode(value)?.slice(2, 8),
  },
};

/** What can be told of the one field from a value of the other; undefined where the gateway does not know how. */
export function toldBy(from: unknown, to: unknown): Told | undefined {
  const known: Readonly<Record<string, Readonly<Record<string, Told>>>> = TOLD_BY;
  if (typeof from !== 'string' || typeof to !== 'string' || !Object.hasOwn(known, from)) return undefined;
  return Object.hasOwn(known[from] ?? {}, to) ? known[from]?.[to] : undefined;
}
