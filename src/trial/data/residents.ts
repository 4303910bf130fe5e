import { residentIdCheckDigit } from '../../semantic/resident-id.ts';
import type { RandomSource } from '../../synthetic/seeded-random.ts';

export interface Member {
  readonly relation: '户主' | '配偶' | '子' | '女' | '父' | '母' | '其他';
  readonly name: string;
  readonly residentId: string | null;
}

/** A record of the population register; the contract public-security.resident-identity.v1 is its schema. */
export interface Resident {
  readonly residentId: string;
  readonly name: string;
  readonly formerName: string | null;
  readonly sex: '男' | '女';
  readonly birthDate: string;
  readonly ethnicity: string;
  readonly status: '正常' | '注销' | '死亡';
  readonly mobile: string | null;
  readonly address: { readonly divisionCode: string; readonly text: string };
  readonly household: { readonly number: string; readonly members: readonly Member[] } | null;
}

// County code 99 is assigned nowhere: the numbers have valid check digits, and nobody has them.
const PLACES = [
  ['110199', '北京市示例区'],
  ['310199', '上海市示例区'],
  ['320199', '江苏省南京市示例区'],
  ['440199', '广东省广州市示例区'],
  ['650199', '新疆维吾尔自治区乌鲁木齐市示例区'],
] as const;
const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '欧阳', '司马', '诸葛', '上官', '令狐'];
// The last four need four bytes in UTF-8 and two units in UTF-16.
const GIVEN = [
  '伟',
  '芳',
  '娜',
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '军',
  '洋',
  '艳',
  '勇',
  '杰',
  '𬭎',
  '𬱖',
  '𠮷',
  '建𬭎',
];
const MINORITY = [
  ['维吾尔族', ['买买提·阿卜杜拉', '阿依古丽·热合曼', '古丽娜尔·吐尔逊', '艾力·玉素甫']],
  ['哈萨克族', ['叶尔兰·哈里木', '阿依努尔·巴合提']],
  ['藏族', ['扎西·次仁', '卓玛·央金']],
] as const;
const STREETS = ['人民路', '解放街', '中山大道', '建设巷'];

interface Birth {
  readonly year: number;
  readonly sex: '男' | '女';
  readonly place: (typeof PLACES)[number];
}

function residentId(random: RandomSource, birthDate: string, { sex, place }: Birth): string {
  const sequence = random.integer(0, 499) * 2 + (sex === '男' ? 1 : 0);
  const body = place[0] + birthDate.replaceAll('-', '') + String(sequence).padStart(3, '0');
  return body + residentIdCheckDigit(body);
}

/** The number on a card from before 1999: no century, no check digit. */
function oldNumber(id: string): string {
  return id.slice(0, 6) + id.slice(8, 17);
}

function person(random: RandomSource, birth: Birth, surname: string | undefined): Omit<Resident, 'household'> {
  const birthDate = `${birth.year}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
  const [ethnicity, names] = surname === undefined ? random.pick(MINORITY) : (['汉族', undefined] as const);
  const id = residentId(random, birthDate, birth);
  const [divisionCode, placeName] = birth.place;
  return {
    residentId: birth.year < 1960 && random.chance(0.3) ? oldNumber(id) : id,
    name: names === undefined ? `${surname}${random.pick(GIVEN)}` : random.pick(names),
    formerName: surname !== undefined && random.chance(0.1) ? `${surname}小${random.pick(GIVEN)}` : null,
    sex: birth.sex,
    birthDate,
    ethnicity,
    status: random.chance(0.95) ? '正常' : random.pick(['注销', '死亡'] as const),
    mobile: random.chance(0.85)
      ? `1${random.pick(['38', '39', '50', '86', '99'])}${String(random.integer(0, 99_999_999)).padStart(8, '0')}`
      : null,
    address: {
      divisionCode,
      text: `${placeName}${random.pick(STREETS)}${random.integer(1, 400)}号${random.integer(1, 30)}栋`,
    },
  };
}

/** A head of household, perhaps a spouse, perhaps children; the youngest may be too new to have a number. */
function family(random: RandomSource, index: number): readonly Resident[] {
  const place = random.pick(PLACES);
  const surname = random.chance(0.85) ? random.pick(SURNAMES) : undefined;
  const head = person(random, { place, sex: random.pick(['男', '女']), year: random.integer(1935, 1995) }, surname);
  const spouse = random.chance(0.7)
    ? person(
        random,
        { place, sex: head.sex === '男' ? '女' : '男', year: random.integer(1935, 1995) },
        random.pick(SURNAMES),
      )
    : undefined;
  const children = Array.from({ length: random.integer(0, 3) }, () =>
    person(random, { place, sex: random.pick(['男', '女']), year: random.integer(1996, 2020) }, surname),
  );
  const people = [head, ...(spouse === undefined ? [] : [spouse]), ...children];
  const newborn: readonly Member[] = random.chance(0.1)
    ? [{ relation: '其他', name: `${surname ?? '阿'}宝`, residentId: null }]
    : [];
  const members: readonly Member[] = people.map(({ name, residentId, sex }, at) => {
    const child = sex === '男' ? '子' : '女';
    const relation = at === 0 ? '户主' : spouse !== undefined && at === 1 ? '配偶' : child;
    return { relation, name, residentId };
  });
  const household = random.chance(0.95)
    ? { number: `${place[0]}${String(index % 1000).padStart(3, '0')}`, members: [...members, ...newborn] }
    : null;
  return people.map((member) => ({ ...member, household }));
}

export function generateResidents(random: RandomSource, families: number): readonly Resident[] {
  return Array.from({ length: families }, (_, index) => family(random, index)).flat();
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
