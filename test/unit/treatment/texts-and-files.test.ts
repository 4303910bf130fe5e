import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactPrecision } from '../../../src/semantic/precisions.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { TREATMENTS } from '../../../src/treatment/treatments.ts';
import { residentId } from '../../support/generate-values.ts';
import { treatWith } from '../../support/treat-with.ts';

const TEXT = { type: 'string' };
const scan = treatWith('text.scan', TEXT, {});

describe('a text that is scanned', () => {
  it.each([
    ['电话19900000018，找张三', '电话199****0018，找张三'],
    ['电话１９９００００００１８。', '电话199****0018。'],
    ['电话 199-0000-0018 或 199 0000 0019', '电话 199****0018 或 199****0019'],
    ['tel:+86 199 0000 0018', 'tel:+199****0018'],
    ['1\u200B9\u200B9\u200B0\u200B0\u200B0\u200B0\u200B0\u200B0\u200B1\u200B8', '199****0018'],
    ['身份证11010519491231002X', '身份证110105************'],
    ['身份证 110105 19491231 002x 号', '身份证 110105************ 号'],
    ['旧证110105491231002', '旧证110105*********'],
    ['卡号6228 4804 0256 4890 018', '卡号****0018'],
    ['座机(025)83601234转801', '座机(025-****转801'],
    ['邮箱Someone.Else@Example.cn。', '邮箱s****@example.cn。'],
    ['信用代码91350100M000100Y43，苏A·12345', '信用代码91350100**********，苏A****45'],
    ['订单2026112319900000018000 共3件', '订单2026112319900000018000 共3件'],
    ['没有号码', '没有号码'],
    ['', ''],
  ])('%s → %s', (text, masked) => {
    expect(scan.out(text)).toBe(masked);
  });

  it('holds no resident id any more, whatever stands around it', () => {
    fc.assert(
      fc.property(residentId, fc.string({ unit: fc.constantFrom('号', '，', 'a', '\n', '证') }), (id, around) => {
        expect(scan.out(`${around}${id}${around}`)).not.toContain(id.slice(6, 17));
      }),
    );
  });

  it('counts as the text itself, says that it is best effort, and is no other thing than a text', () => {
    expect(scan.reveals).toEqual(exactPrecision(TEXT));
    expect(TREATMENTS.get('text.scan')?.titleEn).toContain('best effort');
    expect(TREATMENTS.get('text.scan')?.caution).toMatch(/^Best effort/);
    expect(scan.out(19_900_000_018)).toBe(UNFIT);
  });
});

describe('a file in a field', () => {
  const FILE = { type: 'string', 'x-semantic': 'file.base64' };
  const size = treatWith('file.size', FILE, {});
  const digest = treatWith('file.digest', FILE, {});
  const of = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

  it('has as many bytes as it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (bytes) => {
        expect(size.out(of(bytes))).toBe(bytes.length);
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['AAA', 'no padding'],
    ['AA=A', 'padding in the middle'],
    ['A===', 'three of them'],
    ['AAB=', 'bits that are left over'],
    ['AB==', 'bits that are left over'],
    ['AA-_', 'the alphabet of URLs'],
    ['AAAA\nAAAA', 'lines'],
    ['data:;base64,AAAA', 'an address'],
  ])('does not fit if it is %j: %s', (value) => {
    expect(size.out(value)).toBe(UNFIT);
    expect(digest.out(value)).toBe(UNFIT);
  });

  it('has the digest that other tools print, from 256 bytes on', () => {
    expect(digest.out(of('a'.repeat(256)))).toBe('02d7160d77e18c6447be80c2e355c7ed4388545271702c50253b0914c65ce5fe');
    expect(digest.out(of('a'.repeat(255)))).toBe(UNFIT);
  });

  it('leaves as it is at exact precision only', () => {
    const reveals = [...TREATMENTS.values()].filter(
      ({ accepts }) => accepts.semantics?.includes('file.base64') ?? true,
    );
    const whole = reveals.filter(({ id }) => id === 'keep' || id === 'file.size' || id === 'file.digest');
    expect(whole.map(({ id }) => [id, treatWith(id, FILE, {}).reveals.has('value')])).toEqual([
      ['keep', true],
      ['file.size', false],
      ['file.digest', false],
    ]);
  });
});
