import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUuid, uuidV7 } from '../../../src/domain/identifier.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('uuidV7', () => {
  it('is the example of RFC 9562, appendix A.6', () => {
    const bits = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidV7(0x017f22e279b0, bits)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('has version 7 and the variant of RFC 9562, whatever chance gives', () => {
    fc.assert(
      fc.property(time, random, (now, bits) => {
        const id = uuidV7(now, bits);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(isUuid(id)).toBe(true);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(now);
      }),
    );
  });

  it('sorts by the time it was made', () => {
    fc.assert(
      fc.property(time, time, random, random, (one, other, a, b) => {
        fc.pre(one < other);
        expect(uuidV7(one, a) < uuidV7(other, b)).toBe(true);
      }),
    );
  });

  it('keeps all 74 bits of chance apart', () => {
    const zero = new Uint8Array(10);
    const ids = Array.from({ length: 80 }, (_, bit) => {
      const bits = new Uint8Array(10);
      bits[bit >> 3] = 1 << (bit & 7);
      return uuidV7(1, bits);
    });
    // Four bits give way to the version and two to the variant.
    expect(new Set(ids.filter((id) => id !== uuidV7(1, zero))).size).toBe(74);
  });
});

describe('isUuid', () => {
  it.each([
    '',
    '11010519491231002X',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f ',
    '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}',
    '017f22e279b07cc398c4dc0c0c07398f',
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398g',
  ])('is not %j', (text) => {
    expect(isUuid(text)).toBe(false);
  });
});
