import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitment, digest } from '../../../src/keys/commitment.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('a commitment', () => {
  it('is HMAC-SHA-256, as RFC 4231 has it (case 2)', () => {
    const mac = commitment(new TextEncoder().encode('Jefe'), 'what do ya want for nothing?');
    expect(Buffer.from(mac, 'base64url').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is the same of a text and of its bytes, and another under another key', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.string({ unit: 'binary' }), (key, other, text) => {
        expect(commitment(key, text)).toBe(commitment(key, new TextEncoder().encode(text)));
        expect(commitment(key, text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
        if (Buffer.compare(key, other) !== 0) expect(commitment(key, text)).not.toBe(commitment(other, text));
      }),
    );
  });
});

describe('a digest', () => {
  it('is SHA-256, base64url', () => {
    expect(digest('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});
