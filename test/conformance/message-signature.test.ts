import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentDigest } from '../../src/keys/content-digest.ts';
import { type Covered, signatureBase, signatureInput, verifySignature } from '../../src/keys/message-signature.ts';
import { readSignature, readSignatureInput } from '../../src/keys/signature-fields.ts';

// RFC 9421 appendix B.1.5 and B.2.5, and the request of B.2.
const SHARED_SECRET = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==';
const COVERED: Covered = [
  ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
  ['@authority', 'example.com'],
  ['content-type', 'application/json'],
];
// Appendix B.1.4 and B.1.3, as JWK.
const ED25519 = { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' };
const ECC_P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA',
  y: 'Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0',
};
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

  it.for([
    {
      vector: 'B.2.4: ecdsa-p256-sha256 over the response of B.2',
      key: ECC_P256,
      d: undefined,
      input:
        '("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      covered: [
        ['@status', '200'],
        ['content-type', 'application/json'],
        [
          'content-digest',
          'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
        ],
        ['content-length', '23'],
      ] satisfies Covered,
      signature: 'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
    },
    {
      vector: 'B.2.6: ed25519 over the request of B.2',
      key: ED25519,
      d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
      input:
        '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      covered: [
        ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
        ['@method', 'POST'],
        ['@path', '/foo'],
        ['@authority', 'example.com'],
        ['content-type', 'application/json'],
        ['content-length', '18'],
      ] satisfies Covered,
      signature: 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
    },
  ])('$vector', ({ key, d, input, covered, signature }) => {
    const read = readSignatureInput(`sig=${input}`);
    expect(read?.covered).toEqual(covered.map(([name]) => name));
    expect(read?.text).toBe(input);
    const base = signatureBase(covered, input);
    const bytes = readSignature(`sig=:${signature}:`)?.bytes ?? new Uint8Array();
    expect(verifySignature(base, bytes, key)).toBe(true);
    for (const index of bytes.keys())
      expect(verifySignature(base, bytes.with(index, (bytes[index] ?? 0) ^ 1), key)).toBe(false);
    expect(verifySignature(`${base} `, bytes, key)).toBe(false);
    // Ed25519 signs the same the same way (RFC 8032 §5.1.6): the vector is also what is made of the private key.
    if (d !== undefined)
      expect(sign(null, Buffer.from(base), createPrivateKey({ key: { ...key, d }, format: 'jwk' }))).toEqual(bytes);
    expect(verifySignature(base, bytes, key === ED25519 ? ECC_P256 : ED25519)).toBe(false);
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
