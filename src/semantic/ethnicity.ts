import { type Hierarchy, precisionsOf } from './hierarchy.ts';

// In the order of the numeric codes 01 to 56 of GB/T 3304-1991.
const NAMES = (
  '汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 ' +
  '土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 ' +
  '赫哲 门巴 珞巴 基诺'
).split(' ');

// Registers write the name, with or without 族, or the code.
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  NAMES.flatMap((name, index) => {
    const whole = `${name}族`;
    return [name, whole, String(index + 1).padStart(2, '0')].map((spelling) => [spelling, whole] as const);
  }),
);

const levels: Hierarchy['levels'] = {
  'han-or-minority': {
    parts: ['han-or-minority'],
    emits: { type: 'string', enum: ['汉族', '少数民族'] },
    of: (name) => (name === '汉族' ? name : '少数民族'),
  },
};

const MAX_LENGTH = 8;

/** 民族, sensitive by PIPL art. 28 where it leads to harm: what most procedures ask is whether it is one of the minorities. */
export const ethnicity: Hierarchy = {
  source: 'GB/T 3304-1991',
  levels,
  type: {
    json: 'string',
    titleEn: 'Ethnicity',
    titleZh: '民族',
    precisions: precisionsOf(levels),
    normalise: (value) =>
      value.length > MAX_LENGTH ? undefined : SPELLINGS.get(value.normalize('NFKC').replace(/\s/gu, '')),
    sample: (chance) => `${NAMES[chance(NAMES.length)] ?? '汉'}族`,
  },
};
