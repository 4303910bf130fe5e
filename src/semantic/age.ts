import type { NumberType } from './semantic-type.ts';

/** 年龄, in whole years */
export const age: NumberType = {
  json: 'integer',
  titleEn: 'Age',
  titleZh: '年龄',
  precisions: { band: ['age-band'], age: ['age-band', 'age'] },
  sample: (chance) => chance(100),
};
