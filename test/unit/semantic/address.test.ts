import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESS_LEVELS, type AddressLevel, address, addressUpTo } from '../../../src/semantic/address.ts';
import { DIVISIONS } from '../../../src/semantic/divisions.ts';
import { fastestOfFive } from '../../support/fastest-of-five.ts';
import { anyText } from '../../support/generate-json.ts';

const written = (text: string, level: AddressLevel): string | undefined => addressUpTo(text, level);

describe('an address', () => {
  it.each<[string, readonly (string | undefined)[]]>([
    // province, prefecture, county, town, village
    [
      '江苏省南京市玄武区梅园新村街道大悲巷社区12号',
      ['江苏省', '江苏省南京市', '江苏省南京市玄武区', '江苏省南京市玄武区梅园新村街道', undefined],
    ],
    ['江苏省南京市玄武区北京东路41号31栋', ['江苏省', '江苏省南京市', '江苏省南京市玄武区', undefined, undefined]],
    [
      '江苏省南京市江宁区汤山街道阳光社区3组',
      [
        '江苏省',
        '江苏省南京市',
        '江苏省南京市江宁区',
        '江苏省南京市江宁区汤山街道',
        '江苏省南京市江宁区汤山街道阳光社区',
      ],
    ],
    ['北京市朝阳区建国路88号', ['北京市', '北京市', '北京市朝阳区', undefined, undefined]],
    ['北京市市辖区朝阳区建国路88号', ['北京市', '北京市', '北京市市辖区朝阳区', undefined, undefined]],
    ['北京市北京市朝阳区建国路88号', ['北京市', '北京市', '北京市北京市朝阳区', undefined, undefined]],
    ['上海市浦东新区周浦镇', ['上海市', '上海市', '上海市浦东新区', '上海市浦东新区周浦镇', undefined]],
    [
      '重庆市县彭水苗族土家族自治县鞍子镇',
      ['重庆市', '重庆市', '重庆市县彭水苗族土家族自治县', '重庆市县彭水苗族土家族自治县鞍子镇', undefined],
    ],
    ['河南省济源市沁园街道', ['河南省', '河南省', '河南省济源市', '河南省济源市沁园街道', undefined]],
    ['湖北省仙桃市干河街道', ['湖北省', '湖北省', '湖北省仙桃市', '湖北省仙桃市干河街道', undefined]],
    ['湖北省神农架林区松柏镇', ['湖北省', '湖北省', '湖北省神农架林区', '湖北省神农架林区松柏镇', undefined]],
    ['海南省琼中黎族苗族自治县', ['海南省', '海南省', '海南省琼中黎族苗族自治县', undefined, undefined]],
    [
      '新疆维吾尔自治区石河子市',
      ['新疆维吾尔自治区', '新疆维吾尔自治区', '新疆维吾尔自治区石河子市', undefined, undefined],
    ],
    ['新疆石河子市北三路', ['新疆', '新疆', '新疆石河子市', undefined, undefined]],
    [
      '内蒙古呼伦贝尔市鄂伦春自治旗大杨树镇',
      ['内蒙古', '内蒙古呼伦贝尔市', '内蒙古呼伦贝尔市鄂伦春自治旗', '内蒙古呼伦贝尔市鄂伦春自治旗大杨树镇', undefined],
    ],
    [
      '内蒙古自治区锡林郭勒盟东乌珠穆沁旗嘎达布其镇',
      [
        '内蒙古自治区',
        '内蒙古自治区锡林郭勒盟',
        '内蒙古自治区锡林郭勒盟东乌珠穆沁旗',
        '内蒙古自治区锡林郭勒盟东乌珠穆沁旗嘎达布其镇',
        undefined,
      ],
    ],
    [
      '内蒙古自治区通辽市科尔沁左翼中旗花胡硕苏木好力宝嘎查',
      [
        '内蒙古自治区',
        '内蒙古自治区通辽市',
        '内蒙古自治区通辽市科尔沁左翼中旗',
        '内蒙古自治区通辽市科尔沁左翼中旗花胡硕苏木',
        '内蒙古自治区通辽市科尔沁左翼中旗花胡硕苏木好力宝嘎查',
      ],
    ],
    ['贵州省六盘水市六枝特区', ['贵州省', '贵州省六盘水市', '贵州省六盘水市六枝特区', undefined, undefined]],
    ['四川省乐山市市中区', ['四川省', '四川省乐山市', '四川省乐山市市中区', undefined, undefined]],
    [
      '山西省晋城市城区西上庄街道',
      ['山西省', '山西省晋城市', '山西省晋城市城区', '山西省晋城市城区西上庄街道', undefined],
    ],
    ['山西省阳泉市矿区', ['山西省', '山西省阳泉市', '山西省阳泉市矿区', undefined, undefined]],
    ['河北省唐山市路北区', ['河北省', '河北省唐山市', '河北省唐山市路北区', undefined, undefined]],
    [
      '江苏省苏州市昆山市玉山镇',
      ['江苏省', '江苏省苏州市', '江苏省苏州市昆山市', '江苏省苏州市昆山市玉山镇', undefined],
    ],
    // Which prefecture it is in follows, but is not written.
    ['江苏省昆山市玉山镇', ['江苏省', undefined, '江苏省昆山市', '江苏省昆山市玉山镇', undefined]],
    // Nanjing has one and Xuzhou too.
    ['江苏省鼓楼区', ['江苏省', undefined, undefined, undefined, undefined]],
    ['广东省东莞市虎门镇', ['广东省', '广东省东莞市', '广东省东莞市', '广东省东莞市虎门镇', undefined]],
    ['广东省中山市古镇镇', ['广东省', '广东省中山市', '广东省中山市', '广东省中山市古镇镇', undefined]],
    [
      '云南省大理白族自治州漾濞彝族自治县苍山西镇',
      [
        '云南省',
        '云南省大理白族自治州',
        '云南省大理白族自治州漾濞彝族自治县',
        '云南省大理白族自治州漾濞彝族自治县苍山西镇',
        undefined,
      ],
    ],
    [
      '西藏自治区阿里地区噶尔县',
      ['西藏自治区', '西藏自治区阿里地区', '西藏自治区阿里地区噶尔县', undefined, undefined],
    ],
    ['香港特别行政区中西区', ['香港特别行政区', undefined, undefined, undefined, undefined]],
    ['台湾省台北市', ['台湾省', undefined, undefined, undefined, undefined]],
    [
      '浙江省金华市义乌市佛堂镇王宅村村民委员会12号',
      [
        '浙江省',
        '浙江省金华市',
        '浙江省金华市义乌市',
        '浙江省金华市义乌市佛堂镇',
        '浙江省金华市义乌市佛堂镇王宅村村民委员会',
      ],
    ],
    ['上海市普陀区万寿路街道5号', ['上海市', '上海市', '上海市普陀区', '上海市普陀区万寿路街道', undefined]],
  ])('%s ends at each level where it does', (text, expected) => {
    expect(ADDRESS_LEVELS.map((level) => written(text, level))).toEqual(expected);
  });

  it.each([
    ['南京市玄武区北京东路41号', 'no province'],
    ['吉林市昌邑区', 'a city that is called as a province is'],
    ['海南藏族自治州共和县', 'a prefecture that begins as a province does'],
    ['河北区', 'a district that begins as a province does'],
    ['江苏', 'nothing behind a short name'],
    ['', 'nothing'],
    ['张三', 'something else'],
    ['*江苏省南京市', 'something before the province'],
  ])('is not %j: %s', (text) => {
    for (const level of ADDRESS_LEVELS) expect(written(text, level)).toBeUndefined();
    expect(address.normalise(text)).toBeUndefined();
  });

  it.each([
    ['江苏省南京市玄武区景德镇路5号', 'a street called after a city 镇'],
    ['江苏省南京市玄武区景德镇陶瓷社区', 'a shop called after a city 镇'],
    ['江苏省南京市玄武区古镇中路5号', 'a street called after an old town'],
    ['江苏省南京市玄武区七彩小镇3栋', 'an estate that is called a town'],
    ['江苏省南京市玄武区老镇江菜馆', 'a restaurant'],
    ['江苏省南京市玄武区人民路花园街道', 'a street before a subdistrict'],
    ['江苏省南京市玄武区珠江路街道口12号', 'the end of a street'],
    ['江苏省南京市玄武区人民路5号花园镇', 'a house before a town'],
    ['江苏省南京市玄武区金鹰大厦新街镇', 'a building before a town'],
    ['江苏省南京市玄武区和平镇镇北村5号', '和平镇 and 镇北村, or 和平镇镇 and 北村'],
    ['江苏省南京市玄武区大乡镇人民路', '大乡 or 大乡镇'],
  ])('with what only looks like a town has none: %s (%s)', (text) => {
    expect(written(text, 'town')).toBeUndefined();
    expect(written(text, 'county')).toBe('江苏省南京市玄武区');
  });

  it.each([
    ['上海市普陀区长风镇曹杨新村5号', 'a housing estate'],
    ['上海市普陀区长风镇梅陇三村5号', 'a numbered housing estate'],
    ['上海市普陀区长风街道张家村5号', 'a village without a committee in a subdistrict'],
    ['上海市普陀区长风镇人民路阳光社区', 'a street before a community'],
    ['上海市普陀区长风镇杏花村酒家', 'a restaurant'],
    ['上海市普陀区长风镇阳光社区服务站', 'an office'],
    ['上海市普陀区长风镇张村李村5号', 'two villages'],
  ])('with what only looks like a village has none: %s (%s)', (text) => {
    expect(written(text, 'village')).toBeUndefined();
  });

  it.each(['城区路5号', '城区大道5号', '城区东街5号'])('has no county in the name of a street: %s', (rest) => {
    expect(written(`山西省晋城市${rest}`, 'county')).toBeUndefined();
  });

  it('is the same in full-width characters and with spaces', () => {
    expect(written('江苏省 南京市\u3000玄武区　１２号', 'county')).toBe('江苏省南京市玄武区');
    expect(address.normalise('江苏省　南京市 玄武区１２号')).toBe('江苏省南京市玄武区12号');
  });

  const places = Object.entries(DIVISIONS).flatMap(([province, divided]) =>
    divided.split(';').flatMap((group) => {
      const [prefecture = '', counties = ''] = group.split(':');
      return counties
        .split(' ')
        .filter((county) => county !== '')
        .map((county) => ({ province, prefecture, county }));
    }),
  );

  it('is read to the county in every county that there is', () => {
    expect(places.length).toBeGreaterThan(2900);
    for (const { province, prefecture, county } of places) {
      const text = `${province}${prefecture}${county}`;
      for (const rest of ['', '测试路5号', '样例镇测试村']) expect(written(text + rest, 'county'), text).toBe(text);
      expect(written(text, 'prefecture')).toBe(province + prefecture);
      expect(written(text, 'province')).toBe(province);
    }
  });

  it('shows at a level nothing of what is below it, whatever that is', () => {
    const place = fc.constantFrom(...places);
    const rest = fc.oneof(
      anyText,
      fc
        .array(fc.constantFrom(...'花园镇乡村街道路巷弄号楼社区组东西新一3人民'.split('')), { maxLength: 20 })
        .map((letters) => letters.join('')),
    );
    fc.assert(
      fc.property(place, rest, ({ province, prefecture, county }, rest) => {
        const text = province + prefecture + county;
        expect([text, undefined]).toContain(written(text + rest, 'county'));
        const town = written(`${text}${rest}`, 'town') ?? '';
        const village = written(`${text}${rest}`, 'village') ?? '';
        for (const shown of [town, village]) {
          expect(shown.slice(text.length)).not.toMatch(/\d|号|[弄巷]|[路街](?!街?道)|大厦|小区/);
        }
        expect(village === '' || village.startsWith(town)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('is refused by its length before it is read', () => {
    const long = `江苏省南京市玄武区${'镇'.repeat(100_000)}`;
    for (const level of ADDRESS_LEVELS)
      expect(fastestOfFive(() => expect(written(long, level)).toBeUndefined())).toBeLessThan(20);
  });
});
