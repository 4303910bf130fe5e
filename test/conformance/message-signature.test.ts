import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '../../src/keys/content-digest.ts';
import { type Covered, signatureBase, signatureInput } from '../../src/keys/message-signature.ts';

// RFC 9421 appendix B.1.5 and B.2.5, and the request of B.2.
const SHARED_SECRET = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
const COVERED: Covered = [
  ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
  ['@authority', 'example.com'],
  ['content-type', 'application/json'],
];
const INPUT = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';

describe('RFC 9421', () => {
  it('B.2.5: the input, the base and the signature of hmac-sha256', () => {
    expect(signatureInput(COVERED, { created: 1_618_884_473, keyid: 'test-shared-secret' })).toBe(INPUT);
    const base = signatureBase(COVERED, INPUT);
    expect(base).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@authority": example.com',
        '"content-type": application/json',
        `"@signature-params": ${INPUT}`,
      ].join('\n'),
    );
    const signature = createHmac('sha256', Buffer.from(SHARED_SECRET, 'base64')).update(base).digest('base64');
    expect(signature).toBe('pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=');
  });

  it('B.2.1: nothing has to be covered', () => {
    const parameters = { created: 1_618_884_473, keyid: 'test-key-rsa-pss', nonce: 'b3k2pp5k7z-50gnwp.yemd' };
    const input = signatureInput([], parameters);
    expect(input).toBe('();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"');
    expect(signatureBase([], input)).toBe(`"@signature-params": ${input}`);
  });
});

describe('RFC 9530', () => {
  it('appendix B.1: the digest of the content, which there ends with a line feed', () => {
    expect(contentDigest(Buffer.from('{"hello": "world"}\n'))).toBe(
      'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
    );
    // The one of RFC 9421 B.2 ends without: printf '{"hello": "world"}' | openssl dgst -sha256 -binary | base64
    expect(contentDigest(Buffer.from('{"hello": "world"}'))).toBe(
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    );
  });
});

describe('a signature base', () => {
  it.each<[string, () => unknown]>([
    ['a value with a line break', () => signatureBase([['date', 'a\n"@method": GET']], INPUT)],
    ['a value with a carriage return', () => signatureBase([['date', 'a\rb']], INPUT)],
    ['a component that is named twice', () => signatureInput([...COVERED, ['date', '']], {})],
    ['a name in capitals', () => signatureInput([['Date', '']], {})],
    ['a name that ends its quotes', () => signatureInput([['a" "b', '']], {})],
    ['a parameter with a line break', () => signatureInput([], { keyid: 'a\nb' })],
    ['a parameter that is no ASCII', () => signatureInput([], { tag: '数桥' })],
    ['half a second', () => signatureInput([], { created: 1.5 })],
  ])('is not made of %s', (_, make) => {
    expect(make).toThrow(RangeError);
  });

  it('escapes what would end a text', () => {
    expect(signatureInput([], { keyid: String.raw`a"b\c` })).toBe(String.raw`();keyid="a\"b\\c"`);
  });
});
