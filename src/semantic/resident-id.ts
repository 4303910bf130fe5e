import { isCalendarDay } from './calendar-date.ts';
import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = '10X98765432';

/** GB 11643-1999: ISO 7064 MOD 11-2 over the first seventeen digits. */
export function residentIdCheckDigit(body: string): string {
  let sum = 0;
  for (let at = 0; at < WEIGHTS.length; at += 1) sum += (WEIGHTS[at] ?? 0) * (body.charCodeAt(at) - 0x30);
  return CHECK_DIGITS.charAt(sum % 11);
}

/** The value as GB 11643 writes it: half-width and with a capital X. The check is the caller's. */
function written(value: string): string {
  return compatible(value).toUpperCase();
}

const EIGHTEEN = /^[1-9]\d{16}[\dX]$/;

/**
 * The 18 characters of a citizen's number, from them or from the 15 of a card issued before 1999 (GB 11643-1989),
 * whose holders were all born in the 1900s; undefined if it is neither.
 * Residence permits for Hong Kong, Macao and Taiwan (81/82/83) and for foreigners (9) have the same form.
 */
export function parseResidentId(value: string): { readonly id: string; readonly form: 18 | 15 } | undefined {
  const text = EIGHTEEN.test(value) ? value : written(value);
  if (EIGHTEEN.test(text)) {
    const valid = residentIdCheckDigit(text) === text[17] && isDate(text.slice(6, 14));
    return valid ? { id: text, form: 18 } : undefined;
  }
  if (!/^[1-9]\d{14}$/.test(text)) return undefined;
  const body = `${text.slice(0, 6)}19${text.slice(6)}`;
  return isDate(body.slice(6, 14)) ? { id: body + residentIdCheckDigit(body), form: 15 } : undefined;
}

function isDate(yyyymmdd: string): boolean {
  const number = Number(yyyymmdd);
  const year = Math.trunc(number / 10_000);
  return year >= 1800 && isCalendarDay({ year, month: Math.trunc(number / 100) % 100, day: number % 100 });
}

const YEAR = ['birth-decade', 'birth-year'];
// Who knows the day knows the age, and its band.
const BIRTH = [...YEAR, 'birth-month', 'birth-day', 'age-band'];
const AREA = ['area2', 'area4', 'area6'];
// The sequence is even for women and odd for men.
const LAST_FOUR = ['sex', 'sequence', 'check'];

/** 公民身份号码. What it says is said again by the fields beside it: place, date of birth, sex. */
export const residentId: TextType = {
  json: 'string',
  titleEn: 'Resident identity number',
  titleZh: '公民身份号码',
  identifies: 'person',
  precisions: {
    area2: ['area2'],
    area4: ['area2', 'area4'],
    area6: AREA,
    sex: ['sex'],
    year: YEAR,
    month: [...YEAR, 'birth-month'],
    'birth-date': BIRTH,
    'age-band': ['age-band'],
    last4: LAST_FOUR,
    ends: [...AREA, ...LAST_FOUR],
  },
  normalise: (value) => parseResidentId(value)?.id,
  // County code 99 is assigned nowhere.
  sample: (chance) => {
    const two = (number: number): string => String(number).padStart(2, '0');
    const date = `${1930 + chance(80)}${two(1 + chance(12))}${two(1 + chance(28))}`;
    const body = `110199${date}${String(chance(1000)).padStart(3, '0')}`;
    return body + residentIdCheckDigit(body);
  },
};

/** 机动车驾驶证号: that of its holder's identity card (GA 482). */
export const driverLicence: TextType = {
  ...residentId,
  titleEn: 'Driver licence number',
  titleZh: '机动车驾驶证号',
};

/** 社会保障号码: that of a citizen is the resident id (社会保险法 art. 58). The number of the card is another. */
export const socialSecurityNumber: TextType = {
  ...residentId,
  titleEn: 'Social security number',
  titleZh: '社会保障号码',
};
