import { DIVISIONS } from './divisions.ts';
import type { Chance, TextType } from './semantic-type.ts';
import { townEnd, villageEnd } from './town-and-village.ts';

/** Those of GB/T 2260, and below the county the town and its village or community. */
export const ADDRESS_LEVELS = ['province', 'prefecture', 'county', 'town', 'village'] as const;
export type AddressLevel = (typeof ADDRESS_LEVELS)[number];

const FORM_OF_PROVINCE = /(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$/;

interface Prefecture {
  readonly name: string;
  readonly counties: readonly string[];
}

interface Province {
  readonly name: string;
  /** 江苏 and 内蒙古. */
  readonly short: string;
  readonly prefectures: readonly Prefecture[];
  /** Counties straight under the province: of 北京市, and 济源市, 仙桃市, 石河子市. */
  readonly direct: readonly string[];
  /** Counties and their cities whose name stands once in the province, so that 江苏省昆山市 says which. */
  readonly unmistakable: readonly string[];
}

function provinceOf(name: string, divided: string): Province {
  const groups = divided.split(';').map((group) => {
    const [prefecture = '', counties = ''] = group.split(':');
    return { name: prefecture, counties: counties.split(' ').filter((county) => county !== '') };
  });
  const prefectures = groups.filter((group) => group.name !== '');
  const counties = prefectures.flatMap((prefecture) => prefecture.counties);
  return {
    name,
    short: name.replace(FORM_OF_PROVINCE, ''),
    prefectures,
    direct: groups.filter((group) => group.name === '').flatMap((group) => group.counties),
    unmistakable: counties.filter(
      (county) => /[县市旗]$/.test(county) && counties.indexOf(county) === counties.lastIndexOf(county),
    ),
  };
}

const PROVINCES = Object.entries(DIVISIONS).map(([name, divided]) => provinceOf(name, divided));

// What GB/T 2260 calls the row in which the counties stand, and forms write though it is no place.
const NO_PLACE = /^(?:市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)/;

// 城区路 is a street and not the district 城区.
const CONTINUES_AS_STREET = /^(?:[东西南北中]?[路街巷弄]|大[道街])/;

/** Where each level ends in the text; a level that the place does not have ends where the one above it does. */
interface Reach {
  readonly province: number;
  readonly prefecture?: number;
  readonly county?: number;
}

/** The longest of the names that stands there, because 城区 is not to hide one that begins with it. */
function standing(text: string, at: number, names: readonly string[]): number | undefined {
  const found = names.filter((name) => text.startsWith(name, at));
  const end = found.length === 0 ? undefined : at + Math.max(...found.map(({ length }) => length));
  return end === undefined || CONTINUES_AS_STREET.test(text.slice(end, end + 2)) ? undefined : end;
}

function afterNoPlace(text: string, at: number): number {
  return at + (NO_PLACE.exec(text.slice(at, at + 12))?.[0].length ?? 0);
}

function reachIn(text: string, at: number, { name, prefectures, direct, unmistakable }: Province): Reach {
  const prefecture = prefectures.find((one) => text.startsWith(one.name, at));
  if (prefecture !== undefined) {
    const end = at + prefecture.name.length;
    const county = standing(text, afterNoPlace(text, end), prefecture.counties);
    if (county !== undefined) return { province: at, prefecture: end, county };
    if (standing(text, at, [prefecture.name]) === undefined) return { province: at };
    // 东莞市 has towns and no counties.
    return { province: at, prefecture: end, ...(prefecture.counties.length === 0 ? { county: end } : {}) };
  }
  // 北京市北京市朝阳区: forms with a box for each level have no other word for the second.
  const from = direct.length > 0 && text.startsWith(name, at) ? at + name.length : afterNoPlace(text, at);
  const county = standing(text, from, direct);
  if (county !== undefined) return { province: at, prefecture: at, county };
  const skipped = standing(text, at, unmistakable);
  return { province: at, ...(skipped === undefined ? {} : { county: skipped }) };
}

function reachOf(text: string): Reach | undefined {
  const full = PROVINCES.find(({ name }) => text.startsWith(name));
  if (full !== undefined) return reachIn(text, full.name.length, full);
  const abbreviated = PROVINCES.find((one) => text.startsWith(one.short));
  if (abbreviated === undefined) return undefined;
  // 吉林市 and 海南藏族自治州 begin like a province too: only what follows says that it is one.
  const reach = reachIn(text, abbreviated.short.length, abbreviated);
  return reach.prefecture === undefined && reach.county === undefined ? undefined : reach;
}

const MAX_LENGTH = 256;

function written(value: string): string | undefined {
  return value.length > MAX_LENGTH ? undefined : value.normalize('NFKC').replace(/\s/gu, '');
}

/**
 * The address as far as the level, without spaces, or undefined if it does not say the level in a way that can be read
 * as one thing only: 江苏省南京市玄武区北京东路41号 to the county is 江苏省南京市玄武区, and to the town is undefined.
 * No street, house or building is ever in it.
 */
export function addressUpTo(value: string, level: AddressLevel): string | undefined {
  const text = written(value);
  const reach = text === undefined ? undefined : reachOf(text);
  if (text === undefined || reach === undefined) return undefined;
  if (level !== 'town' && level !== 'village') {
    const end = reach[level];
    return end === undefined ? undefined : text.slice(0, end);
  }
  const town = reach.county === undefined ? undefined : townEnd(text, reach.county);
  const end = town === undefined || level === 'town' ? town : villageEnd(text, town);
  return end === undefined ? undefined : text.slice(0, end);
}

/** 地址, beginning with its province. An area code says the first levels of it in digits. */
export const address: TextType = {
  json: 'string',
  titleEn: 'Address',
  titleZh: '地址',
  precisions: {
    province: ['area2'],
    prefecture: ['area2', 'area4'],
    county: ['area2', 'area4', 'area6'],
    town: ['area2', 'area4', 'area6', 'town'],
    village: ['area2', 'area4', 'area6', 'town', 'village'],
  },
  normalise: (value) => (addressUpTo(value, 'province') === undefined ? undefined : written(value)),
  sample: (chance: Chance) => `江苏省南京市玄武区样例镇测试村${1 + chance(99)}号`,
};
