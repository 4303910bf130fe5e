import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESS_LEVELS } from '../../../src/semantic/address.ts';
import { cnAddress } from '../../../src/treatment/cn-address.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { ASKED_NOTHING } from '../../support/circumstances.ts';
import { anyText } from '../../support/generate-json.ts';
import { SCOPED_KEYS } from '../../support/treatment-keys.ts';

const schema = { type: 'string', 'x-semantic': 'cn.address' };
const to = (level: string) => {
  const treat = cnAddress.compile({ schema, parameters: { level }, matchParameters: [] }, SCOPED_KEYS);
  return (value: string) => treat(value, ASKED_NOTHING);
};

describe('the mask of an address', () => {
  it.each([
    ['province', '江苏省****'],
    ['prefecture', '江苏省南京市****'],
    ['county', '江苏省南京市玄武区****'],
    ['town', UNFIT],
    ['village', UNFIT],
  ])('to the %s is %s, and nothing longer where it does not say so much', (level, masked) => {
    expect(to(level)('江苏省南京市玄武区北京东路41号31栋502室')).toBe(masked);
  });

  it('is the same for all addresses of one place', () => {
    const rest = fc
      .tuple(fc.constantFrom('北京东路', '测试巷', '样例大厦', ''), fc.nat(9999))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom('province', 'prefecture', 'county'), rest, rest, (level, one, other) => {
        expect(to(level)(`四川省乐山市市中区${one}`)).toBe(to(level)(`四川省乐山市市中区${other}`));
      }),
    );
  });

  it('is never what came in, and says no less than asked or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((text) => `江苏省${text}`),
        ),
        fc.constantFrom(...ADDRESS_LEVELS),
        (text, level) => {
          const masked = to(level)(text);
          expect(masked).not.toBe(text);
          if (masked !== UNFIT) expect(masked).toMatch(/^[^*\d]{2,}[*]{4}$/);
        },
      ),
    );
  });
});
