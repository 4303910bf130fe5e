import { compatible } from './compatible.ts';
import type { TextType } from './semantic-type.ts';

// GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated; registers write the words or the codes.
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['1', '男'],
  ['男', '男'],
  ['男性', '男'],
  ['2', '女'],
  ['女', '女'],
  ['女性', '女'],
  ['0', '未知'],
  ['未知', '未知'],
  ['9', '未说明'],
  ['未说明', '未说明'],
]);

/** 性别; a resident id says it too. */
export const sex: TextType = {
  json: 'string',
  titleEn: 'Sex',
  titleZh: '性别',
  precisions: { sex: ['sex'] },
  normalise: (value) => SPELLINGS.get(compatible(value).trim()),
  sample: (chance) => (chance(2) === 0 ? '男' : '女'),
};
