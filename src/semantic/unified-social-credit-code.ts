import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

// GB 32100-2015: I, O, S, V and Z are left out because they are mistaken for digits.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const BODY_LENGTH = 17;

/** Weights are 3^i mod 31. */
export function unifiedSocialCreditCodeCheck(body: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** 统一社会信用代码 in capitals, or undefined if its characters or its check do not fit. N… and Y… codes included. */
export function parseUnifiedSocialCreditCode(value: string): string | undefined {
  const text = compatible(value).toUpperCase();
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(text)) return undefined;
  return unifiedSocialCreditCodeCheck(text.slice(0, BODY_LENGTH)) === text[BODY_LENGTH] ? text : undefined;
}

/** 统一社会信用代码: that of a company is public; that of a sole trader 个体工商户 is about a person. */
export const unifiedSocialCreditCode: TextType = {
  json: 'string',
  titleEn: 'Unified social credit code',
  titleZh: '统一社会信用代码',
  identifies: 'organisation',
  precisions: {
    authority: ['authority'],
    type: ['authority', 'type'],
    area: ['authority', 'type', 'area2', 'area4', 'area6'],
    organisation: ['organisation'],
  },
  normalise: parseUnifiedSocialCreditCode,
  sample: (chance) => {
    const body = `91110199${Array.from({ length: BODY_LENGTH - 8 }, () => ALPHABET.charAt(chance(ALPHABET.length))).join('')}`;
    return body + unifiedSocialCreditCodeCheck(body);
  },
};
