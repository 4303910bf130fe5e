import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { semanticTypeOf } from '../../../src/semantic/semantic-types.ts';
import { ENDS_OF_DOCUMENTS } from '../../../src/treatment/ends-of-document.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const BOTH = { head: true, tail: true };
const TAIL = { head: false, tail: true };

function mask(id: string, parameters: typeof BOTH) {
  const treatment = ENDS_OF_DOCUMENTS.find((one) => one.id === id);
  if (treatment === undefined) throw new Error(`there is no ${id}`);
  const site = { schema: { type: 'string', 'x-semantic': id }, parameters, matchParameters: [] };
  const treat = treatment.compile(site, SCOPED_KEYS);
  return (value: string) => treat(value, ASKED_NOTHING);
}

describe('a number of a document', () => {
  it.each([
    ['bank-card', '6228480402564890018', '622848****0018'],
    ['bank-card', '6228 4804 0256 4890 018', '622848****0018'],
    ['cn.passport', 'E12345678', 'E****78'],
    ['cn.passport', 'ea1234567', 'E****67'],
    ['cn.hk-mo-permit', 'C12345678', 'C****78'],
    ['cn.hk-mo-permit', 'H1234567801', 'H****01'],
    ['cn.tw-permit', '12345678', '1****78'],
    ['cn.tw-permit', 'L12345678', 'L****78'],
    ['cn.plate', '苏A12345', '苏A****45'],
    ['cn.plate', '苏AD12345', '苏A****45'],
    ['cn.plate', '京A1234警', '京A****4警'],
    ['cn.plate', '粤Z1234港', '粤Z****4港'],
    ['cn.plate', '使123456', '使1****56'],
    ['cn.real-estate-certificate', '苏(2017)南京市不动产权第0012345号', '苏(2017)南京市不动产权第****45号'],
    ['cn.real-estate-certificate', '京（2020）朝不动产权第0012345号', '京(2020)朝不动产权第****45号'],
    ['cn.landline', '025-83601234', '025-****34'],
    ['cn.landline', '02583601234', '025-****34'],
    ['cn.landline', '(010) 12345678', UNFIT],
    ['cn.landline', '+86 (010) 62345678-801', '010-****78'],
    ['email', 'ouyang@x.cn', 'o****@x.cn'],
    ['email', 'a@b.cn', '****@b.cn'],
  ])('%s %s is masked as %s', (id, value, masked) => {
    expect(mask(id, BOTH)(value)).toBe(masked);
  });

  it.each([
    ['bank-card', '6228480402564890019', 'a wrong check digit'],
    ['bank-card', '62284804025', 'too few digits'],
    ['cn.passport', 'I12345678', 'a letter that is no series'],
    ['cn.passport', 'E1234567', 'too few digits'],
    ['cn.hk-mo-permit', 'X12345678', 'another letter'],
    ['cn.tw-permit', '123456789', 'nine digits'],
    ['cn.plate', '苏A123', 'too short'],
    ['cn.plate', '国A12345', 'no province'],
    ['cn.real-estate-certificate', '苏2017南京市不动产权第0012345号', 'without its year'],
    ['cn.real-estate-certificate', '苏(2017)南京市不动产权第12号', 'too short'],
    ['cn.real-estate-certificate', '宁房权证玄字第123456号', 'a certificate of before 2015'],
    ['cn.landline', '13800138000', 'a mobile number'],
    ['cn.landline', '83601234', 'no area code'],
    ['email', 'a@b@c.cn', 'two @'],
    ['email', 'ouyang', 'no @'],
    ['email', '@x.cn', 'nobody'],
  ])('%s does not fit where it is %s: %s', (id, value) => {
    expect(mask(id, BOTH)(value)).toBe(UNFIT);
  });

  it.each(ENDS_OF_DOCUMENTS)('never tells more than the ends, whatever the text is: $id', ({ id }) => {
    const type = semanticTypeOf({ 'x-semantic': id });
    const treat = mask(id, TAIL);
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.infiniteStream(fc.nat()).map((stream) => {
            const dice = (below: number): number => (stream.next().value ?? 0) % below;
            return type?.json === 'string' ? type.sample(dice) : '';
          }),
        ),
        (value) => {
          const out = treat(value);
          if (out === UNFIT) return;
          expect(out).toMatch(/^[*]{4}/);
          expect(out).not.toBe(value);
        },
      ),
    );
    expect(treat(`${'1'.repeat(100_000)}@`)).toBe(UNFIT);
  });
});
