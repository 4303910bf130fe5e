import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

/** 行政区划代码 (GB/T 2260): province, prefecture and county by two digits each, or undefined. */
export function parseAreaCode(value: string): string | undefined {
  return /^[1-9]\d{5}$/.exec(compatible(value))?.[0];
}

/** The first six digits of a resident id are one, of the place where it was first given out. */
export const areaCode: TextType = {
  json: 'string',
  titleEn: 'Administrative division code',
  titleZh: '行政区划代码',
  precisions: { area2: ['area2'], area4: ['area2', 'area4'], area6: ['area2', 'area4', 'area6'] },
  normalise: parseAreaCode,
  sample: (chance) => `${11 + chance(5)}0199`,
};
