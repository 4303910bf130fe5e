import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { ff1Integer } from '../keys/ff1.ts';
import { twoDigits } from '../semantic/calendar-date.ts';
import { parseMobile } from '../semantic/mobile.ts';
import { parseResidentId, residentIdCheckDigit } from '../semantic/resident-id.ts';
import { meaningOf } from './normal-text.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

/** A kind of number with a part that stays and a rank among all that it could be, which is what is encrypted. */
interface Format {
  readonly stays: readonly string[];
  readonly pattern: string;
  /** How many ranks there are: a million at least, or they are found by trying (SP 800-38G Rev. 1). */
  readonly size: number;
  /** Undefined if the value is none of the kind. */
  readonly split: (value: string) => { readonly stays: string; readonly rank: number } | undefined;
  readonly join: (stays: string, rank: number) => string;
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1900, 0, 1);
const DAYS = (Date.UTC(2100, 0, 1) - FIRST_DAY) / DAY_MS;
const SEQUENCES = 1000;

/** The day and the sequence are encrypted, so that what comes out has a date that exists, and a check digit that is right. */
const RESIDENT_ID: Format = {
  stays: ['area2', 'area4', 'area6'],
  pattern: '^[1-9][0-9]{16}[0-9X]$',
  size: DAYS * SEQUENCES,
  split: (value) => {
    const id = parseResidentId(value)?.id;
    if (id === undefined) return undefined;
    const day =
      (Date.UTC(Number(id.slice(6, 10)), Number(id.slice(10, 12)) - 1, Number(id.slice(12, 14))) - FIRST_DAY) / DAY_MS;
    // Who was born before 1900 is not in the domain.
    return day < 0 || day >= DAYS
      ? undefined
      : { stays: id.slice(0, 6), rank: day * SEQUENCES + Number(id.slice(14, 17)) };
  },
  join: (stays, rank) => {
    const date = new Date(FIRST_DAY + Math.floor(rank / SEQUENCES) * DAY_MS);
    const day = `${date.getUTCFullYear()}${twoDigits(date.getUTCMonth() + 1)}${twoDigits(date.getUTCDate())}`;
    const body = `${stays}${day}${String(rank % SEQUENCES).padStart(3, '0')}`;
    return body + residentIdCheckDigit(body);
  },
};

const MOBILE_TAIL = 8;

const MOBILE: Format = {
  stays: ['head3'],
  pattern: '^1[3-9][0-9]{9}$',
  size: 10 ** MOBILE_TAIL,
  split: (value) => {
    const number = parseMobile(value);
    return number === undefined ? undefined : { stays: number.slice(0, 3), rank: Number(number.slice(3)) };
  },
  join: (stays, rank) => stays + String(rank).padStart(MOBILE_TAIL, '0'),
};

const FORMATS = { 'cn.resident-id': RESIDENT_ID, 'cn.mobile': MOBILE } as const;

function formatOf(semantic: unknown): Format {
  return semantic === 'cn.mobile' ? FORMATS['cn.mobile'] : FORMATS['cn.resident-id'];
}

const KEY_BYTES = 32;
const Parameters = Type.Object(
  { epoch: Type.Integer({ minimum: 1, maximum: 9999, description: 'Raised to change every number.' }) },
  { additionalProperties: false },
);

/**
 * 保留格式加密 (FF1): another number of the same kind and place, for consumers whose forms take nothing else. It is
 * nobody's on purpose and may be somebody's by chance; a pseudonym or a token cannot be mistaken for a number.
 */
export const formatPreserving: Treatment = {
  id: 'fpe',
  version: 1,
  titleEn: 'Another number of the same form, for one purpose',
  titleZh: '保留格式加密',
  technique: 'encryption',
  deterministic: true,
  linkable: 'purpose',
  reversible: 'gateway',
  keyed: true,
  accepts: { types: ['string'], semantics: ['cn.resident-id', 'cn.mobile'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ schema }) => precision(['presence', 'pseudonym', ...formatOf(schema['x-semantic']).stays]),
  emits: ({ schema }) => ({ type: 'string', pattern: formatOf(schema['x-semantic']).pattern }),
  compile: ({ schema, parameters }, keys) => {
    const meaning = meaningOf(schema);
    const { size, split, join } = formatOf(meaning);
    const { epoch } = readParameters(Parameters, parameters);
    const key = keys.derive(`fpe/${meaning}/${epoch}`, KEY_BYTES, epoch);
    const { encrypt } = ff1Integer({ key, tweak: Buffer.from(meaning), size });
    return (value) => {
      const parts = typeof value === 'string' ? split(value) : undefined;
      if (parts === undefined) return UNFIT;
      const rank = encrypt(parts.rank);
      // Every permutation may leave one where it is; that one would leave as it is.
      return rank === parts.rank ? UNFIT : join(parts.stays, rank);
    };
  },
};
