import { DIVISIONS } from './divisions.ts';

/*
 * Below the county there are 41,000 towns and 620,000 villages, which change every year: they are told by how they are
 * called. A word 镇 can end a town and begin the name of a hotel, so a text is taken apart in every way that it can be,
 * and what can be read in two ways is not read.
 */

const TOWN = /(?:街道办事处|街道|镇|乡|苏木)$/;
const VILLAGE = /(?:村民委员会|村委会|村|社区居民委员会|社区居委会|社区|居民委员会|居委会|嘎查)$/;
const MAX_NAME = 20;

// What names a street or a building. 万寿路街道 is a subdistrict and called so; 人民路花园街道 is one after a street.
const STREET_OR_BUILDING = /[路街巷弄号栋幢座室]|胡同|大道|大楼|大厦|公寓|广场|小区|花园|酒店|饭店|宾馆|中心|医院|学校/;
const STREET_BEFORE_FORM = /[路街](?=街道(?:办事处)?$)/;

// Resorts and old towns to visit, and housing that is sold as one, are called 镇 and 乡 but govern nothing.
const NO_TOWN = /(?:古镇|小镇|水乡)$|^(?:老|集|城|市|故|家)[镇乡]$/;

// Housing estates of a city are called villages: 曹杨新村, 梅陇三村.
const ESTATE = /(?:新|工人|农民|家属|公寓|别墅|度假|大学|[〇一二三四五六七八九十百])村$/;

// 景德镇 and 新乡 in the name of a shop are the cities.
const CITIES = new Set(
  Object.values(DIVISIONS)
    .flatMap((divided) => divided.split(/[:; ]/))
    .map((name) => name.slice(0, -1))
    .filter((stem) => TOWN.test(stem)),
);

/** What may stand after a town or a village: nothing, a number, or a place that has a name of its own. */
const NUMBER = /^(?:[0-9A-Z]|第?[〇一二三四五六七八九十百]+(?:[号组队社区栋幢座弄]|村民小组))/;
const VILLAGES = /^\p{Script=Han}{1,12}?(?:村|庄|屯|社区|居委会|居民委员会|嘎查|小区|[组队])/u;
const STREETS = /^(\p{Script=Han}{2,12}?)(?:路|街|巷|弄|里|胡同|大道)/u;
// 古镇中路 is a street called after an old town, and not the street 中路 of a town 古镇.
const NO_STREET = /^(?:[东西南北中上下前后左右大小新老正横纵一二三四五六七八九十]|步行|商业|风情|美食|文化)+$/;

function isPlace(rest: string): boolean {
  if (rest === '' || NUMBER.test(rest) || VILLAGES.test(rest)) return true;
  const street = STREETS.exec(rest)?.[1];
  return street !== undefined && !NO_STREET.test(street);
}

/** Where the one name of that form ends, or undefined if there is none or more than one way to read it. */
function onlyEnd(text: string, from: number, isName: (name: string) => boolean): number | undefined {
  const letters = /^\p{Script=Han}*/u.exec(text.slice(from, from + MAX_NAME))?.[0] ?? '';
  const lengths = Array.from(letters, (_, index) => index + 1);
  const ends = lengths.filter((length) => isName(letters.slice(0, length)) && isPlace(text.slice(from + length)));
  const [end, other] = ends;
  return end === undefined || other !== undefined ? undefined : from + end;
}

function isTown(name: string): boolean {
  const form = TOWN.exec(name)?.[0] ?? '';
  if (form === '' || form.length === name.length || NO_TOWN.test(name) || CITIES.has(name)) return false;
  const isStreet = STREET_BEFORE_FORM.test(name);
  return !STREET_OR_BUILDING.test(name.slice(0, name.length - form.length - (isStreet ? 1 : 0)));
}

/** Where the town ends that begins there: 街道, 镇, 乡, 民族乡, 苏木. */
export function townEnd(text: string, from: number): number | undefined {
  return onlyEnd(text, from, isTown);
}

/** Where the village or community ends that begins there, in the town that ends there: 村, 社区, 嘎查 and their committees. */
export function villageEnd(text: string, from: number): number | undefined {
  // In a city's subdistricts what is called 村 without a committee is as often an estate as a village.
  const isUrban = /街道(?:办事处)?$/.test(text.slice(0, from));
  return onlyEnd(text, from, (name) => {
    const form = VILLAGE.exec(name)?.[0] ?? '';
    if (form === '' || form.length === name.length || (form === '村' && (isUrban || ESTATE.test(name)))) return false;
    return !STREET_OR_BUILDING.test(name.slice(0, -form.length));
  });
}
