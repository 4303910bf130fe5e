import type { Chance, TextType } from './semantic-type.ts';

const MAX_CODE_POINTS = 64;
// Of what becomes of one character when it is taken apart, four are the most; and NFC takes time by their square.
const MAX_LENGTH = MAX_CODE_POINTS * 2 * 4;

// Registers write the dot of transliterated names in several ways; GB 18030 input methods give U+00B7.
const DOTS = /[•‧・·.．]/g;

// Letters, marks (variation selectors of rare ideographs are marks), the private-use area, where registers still keep
// characters that Unicode encoded late, and what stands between the parts of a name.
const NAME = /^[\p{L}\p{Co}][\p{L}\p{M}\p{Co}· '-]*$/u;

// Of these alone NFC changes nothing, and there is no dot to write in one way: nearly every name, and many times faster.
const LATIN = /^[A-Za-z](?:[A-Za-z '-]{0,62}[A-Za-z'-])?$/;
const FIRST_IDEOGRAPH = 0x4e00;
const LAST_IDEOGRAPH = 0x9fff;

/** Whether the text is nothing but common ideographs, of one code unit each: all of most names. */
export function isIdeographs(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < FIRST_IDEOGRAPH || unit > LAST_IDEOGRAPH) return false;
  }
  return text !== '';
}

/** A person's name in one spelling, or undefined if it is none. Length is counted in code points. */
export function parseName(value: string): string | undefined {
  if ((value.length <= MAX_CODE_POINTS && isIdeographs(value)) || LATIN.test(value)) return value;
  if (value.length > MAX_LENGTH) return undefined;
  const name = value.normalize('NFC').replace(DOTS, '·').trim();
  return NAME.test(name) && Array.from(name).length <= MAX_CODE_POINTS ? name : undefined;
}

const COMPOUND_SURNAMES = new Set(
  (
    '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 ' +
    '钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 ' +
    '呼延 东郭 南门 羊舌 微生 公户 公玉 梁丘 左丘 东门 西门 南荣 第五 贺兰 完颜 耶律 纳兰 叶赫 富察 爱新 ' +
    '淳于 单于 伯赏 叔孙 申徒 北宫 即墨 达奚 哥舒 斛律 尔朱'
  ).split(' '),
);

// By their first character: of nearly every name it says that there is none, and nothing has to be cut off to ask.
const BY_FIRST: ReadonlyMap<number, readonly number[]> = new Map(
  [...COMPOUND_SURNAMES].map((surname) => [
    surname.charCodeAt(0),
    [...COMPOUND_SURNAMES].filter((other) => other.startsWith(surname.charAt(0))).map((other) => other.charCodeAt(1)),
  ]),
);

/** Code points of the surname 姓 at the front of a Chinese name. A name that is nothing but 欧阳 is 欧 and 阳. */
export function surnameLength(name: string): 1 | 2 {
  // Every compound surname is of characters of one code unit each.
  return BY_FIRST.get(name.charCodeAt(0))?.includes(name.charCodeAt(1)) === true && name.length > 2 ? 2 : 1;
}

const SURNAMES = ['张', '李', '王', '欧阳', '司马', '𠮷'] as const;
const GIVEN = ['三', '四', '测试', '样例', '无名'] as const;

function pick(chance: Chance, items: readonly string[]): string {
  return items[chance(items.length)] ?? '';
}

/** 姓名 */
export const personName: TextType = {
  json: 'string',
  titleEn: 'Name of a person',
  titleZh: '姓名',
  identifies: 'person',
  precisions: { length: ['length'], surname: ['surname', 'length'] },
  normalise: parseName,
  sample: (chance) => pick(chance, SURNAMES) + pick(chance, GIVEN),
};
