import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

const DIGITS = /^1[3-9]\d{9}$/;

/** The eleven digits of a mainland mobile number, with or without +86, or undefined. */
export function parseMobile(value: string): string | undefined {
  if (DIGITS.test(value)) return value;
  return /^(?:\+?86[- ]?)?(1[3-9]\d{9})$/.exec(compatible(value))?.[1];
}

/** 移动电话号码 */
export const mobile: TextType = {
  json: 'string',
  titleEn: 'Mobile number',
  titleZh: '移动电话号码',
  identifies: 'person',
  precisions: { head3: ['head3'], tail4: ['tail4'], ends: ['head3', 'tail4'] },
  normalise: parseMobile,
  // Made up, and the zeros show it.
  sample: (chance) => `1990000${String(chance(10_000)).padStart(4, '0')}`,
};
