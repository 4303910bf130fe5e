import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { CompactEncrypt, CompactSign, importJWK, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';
import type { AnswerClaims } from '../../../src/domain/sealed-answer.ts';
import { commitment } from '../../../src/keys/commitment.ts';
import { createContextSigner } from '../../../src/keys/context-signer.ts';
import { AnswerRefusedError, openAnswer, verifySignedAnswer } from '../../../src/keys/open.ts';
import { createSealer } from '../../../src/keys/seal.ts';
import { anyText, safeKey } from '../../support/generate-json.ts';
import { type KeyKind, keyPair, registeredKeysOf, signingKeyOf } from '../../support/keys.ts';

const SYSTEM = 'taxation.tax-registration';
const ANSWER: AnswerClaims = {
  iss: 'shuqiao',
  aud: SYSTEM,
  iat: 1_790_000_000,
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  request: '017f22e2-79b0-7cc3-98c4-dc0c0c073990',
  purpose: 'tax-registration',
  contract: 'market-regulation.business-licence.v1',
  contractVersion: '1.0.0',
  plan: '0'.repeat(64),
  data: { name: '𠮷田', list: [1, null, true] },
  salt: 'c2FsdA',
  digest: 'AAAA',
};

const CLAIMS: AnswerClaims = {
  ...ANSWER,
  digest: commitment(Buffer.from(ANSWER.salt, 'base64url'), canonicalJson(ANSWER.data)),
};

async function sealing(recipient: KeyKind = 'P-256', signer: KeyKind = 'P-256') {
  const own = keyPair(recipient);
  const signing = await signingKeyOf(keyPair(signer).privateJwk);
  const registeredKeys = registeredKeysOf({ [SYSTEM]: own.publicJwk });
  const sealer = createSealer({ keyRing: signing.keyRing, registeredKeys });
  return {
    own,
    signing,
    sealed: await sealer.seal(CLAIMS),
    options: { privateJwk: own.privateJwk, gatewayKeys: { keys: [signing.publicJwk] } },
  };
}

/** Whatever somebody else could put together who knows how answers are made. */
async function forged(
  to: JWK,
  { encryption = {}, jws }: { readonly encryption?: Record<string, string>; readonly jws: string },
): Promise<string> {
  const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', ...encryption };
  const key = await importJWK(to, header.alg);
  return await new CompactEncrypt(new TextEncoder().encode(jws)).setProtectedHeader(header).encrypt(key);
}

const headerOf = (compact: string): unknown =>
  JSON.parse(Buffer.from(compact.split('.')[0] ?? '', 'base64url').toString('utf8'));

const isRefusal = (error: unknown): boolean =>
  error instanceof AnswerRefusedError ||
  (error instanceof Error && 'code' in error && /^ERR_JW|^ERR_JOSE/.test(String(error.code)));

describe('an answer that is sealed', () => {
  it.each([
    ['P-256', 'P-256', 'ECDH-ES+A256KW'],
    ['P-256', 'Ed25519', 'ECDH-ES+A256KW'],
    ['RSA-2048', 'P-256', 'RSA-OAEP-256'],
    ['RSA-2048', 'Ed25519', 'RSA-OAEP-256'],
  ] as const)('to %s and signed with %s opens as what was sealed', async (recipient, signer, alg) => {
    const { sealed, options } = await sealing(recipient, signer);
    expect(await openAnswer(sealed, options)).toEqual(CLAIMS);
    expect(sealed.split('.')).toHaveLength(5);
    expect(headerOf(sealed)).toMatchObject({ alg, enc: 'A256GCM', cty: 'JWT' });
  });

  it('is another text every time', async () => {
    const { keyRing } = await signingKeyOf(keyPair('P-256').privateJwk);
    const registeredKeys = registeredKeysOf({ [SYSTEM]: keyPair('P-256').publicJwk });
    const sealer = createSealer({ keyRing, registeredKeys });
    expect(await sealer.seal(CLAIMS)).not.toBe(await sealer.seal(CLAIMS));
  });

  it('cannot be made for a system without a key', async () => {
    const { keyRing } = await signingKeyOf(keyPair('P-256').privateJwk);
    const sealer = createSealer({ keyRing, registeredKeys: registeredKeysOf({}) });
    await expect(sealer.seal(CLAIMS)).rejects.toMatchObject({ code: 'recipient.keyless' });
  });

  it.each(['P-256', 'RSA-2048'] as const)('opens with nobody else’s key (%s)', async (kind) => {
    const { sealed, options } = await sealing(kind);
    await expect(openAnswer(sealed, { ...options, privateJwk: keyPair(kind).privateJwk })).rejects.toMatchObject({
      code: 'ERR_JWE_DECRYPTION_FAILED',
    });
  });

  it.each(['P-384', 'RSA-1024', 'Ed25519'] as const)(
    'does not open with a key of a kind that is not used (%s)',
    async (kind) => {
      const { sealed, options } = await sealing();
      await expect(openAnswer(sealed, { ...options, privateJwk: keyPair(kind).privateJwk })).rejects.toThrow(
        new TypeError('answers are not sealed to a key of this kind'),
      );
    },
  );

  it.each([0, 1, 2, 3, 4])('is refused with one character of part %i changed', async (part) => {
    const { sealed, options } = await sealing();
    const parts = sealed.split('.');
    const text = parts[part] ?? '';
    for (const at of new Set([0, text.length >> 1, Math.max(0, text.length - 3)])) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      const broken = parts.with(part, changed).join('.');
      await expect(openAnswer(broken, options)).rejects.toSatisfy(isRefusal);
    }
  });

  it('is refused if another gateway signed it', async () => {
    const { own, sealed } = await sealing();
    const other = await signingKeyOf(keyPair('P-256').privateJwk);
    await expect(
      openAnswer(sealed, { privateJwk: own.privateJwk, gatewayKeys: { keys: [other.publicJwk] } }),
    ).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('is refused if another gateway signed it and says it was this one', async () => {
    const { own, signing, options } = await sealing();
    const jws = await new CompactSign(new TextEncoder().encode('{"data":null}'))
      .setProtectedHeader({ alg: 'ES256', kid: signing.kid })
      .sign(await importJWK(keyPair('P-256').privateJwk, 'ES256'));
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });
});

describe('an answer is refused that', () => {
  it('is what the gateway told a source, which the source sealed', async () => {
    const { own, signing, options } = await sealing();
    const jws = await createContextSigner(signing.keyRing).sign({
      iss: 'shuqiao',
      aud: SYSTEM,
      jti: ANSWER.jti,
      iat: 0,
      exp: 1,
      system: SYSTEM,
      department: 'taxation',
      purpose: CLAIMS.purpose,
      legalBases: [],
      contract: CLAIMS.contract,
      contractVersion: CLAIMS.contractVersion,
      grant: 'some-grant',
      requestDigest: '',
    });
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toThrow(
      new AnswerRefusedError('what was signed is no answer'),
    );
  });

  it.each(['none', 'HS256', 'RS256', 'PS256', 'ES384', 'EdDSA'])('is signed with %s', async (alg) => {
    const { own, options } = await sealing();
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const jws = `${header}.${Buffer.from('{"data":null}').toString('base64url')}.${alg === 'none' ? '' : 'AAAA'}`;
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject({
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
  });

  it('is signed with HMAC under the public key of the gateway', async () => {
    const { own, signing, options } = await sealing();
    const secret = new TextEncoder().encode(JSON.stringify(signing.publicJwk));
    const jws = await new CompactSign(new TextEncoder().encode('{"data":null}'))
      .setProtectedHeader({ alg: 'HS256', kid: signing.kid })
      .sign(secret);
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject({
      code: 'ERR_JOSE_ALG_NOT_ALLOWED',
    });
  });

  it.each([{ alg: 'ECDH-ES' }, { alg: 'ECDH-ES+A128KW' }, { enc: 'A128GCM' }, { enc: 'A256CBC-HS512' }])(
    'is encrypted with %j',
    async (encryption) => {
      const { own, options } = await sealing();
      const sealed = await forged(own.publicJwk, { encryption, jws: 'a.b.c' });
      await expect(openAnswer(sealed, options)).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
    },
  );

  it.each(['dir', 'RSA1_5', 'RSA-OAEP', 'A256KW', 'PBES2-HS256+A128KW'])(
    'says it is encrypted with %s',
    async (alg) => {
      const { sealed, options } = await sealing();
      const header = Buffer.from(JSON.stringify({ alg, enc: 'A256GCM' })).toString('base64url');
      const broken = sealed.split('.').with(0, header).join('.');
      await expect(openAnswer(broken, options)).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
    },
  );

  it.each([
    ['no object', '[1]', { message: 'the answer is no object' }],
    ['no JSON', 'released', { fault: 'not-json' }],
    ['ambiguous', '{"data":null,"d\\u0061ta":{}}', { fault: 'duplicate-key' }],
  ])('is rightly signed but %s', async (_, payload, refusal) => {
    const { own, signing, options } = await sealing();
    const jws = await new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: 'shuqiao-answer+jwt' })
      .sign(signing.key);
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject(refusal);
  });

  it.each(['', 'a.b.c.d.e', 'a.b.c', '{"protected":"x"}'])('is none: %j', async (text) => {
    const { options } = await sealing();
    await expect(openAnswer(text, options)).rejects.toThrow('the header of the answer cannot be read');
  });
});

describe('what was sealed, of every pair of algorithms', () => {
  const claims = fc
    .dictionary(safeKey, fc.oneof(anyText, fc.integer(), fc.constant(null), fc.array(anyText, { maxLength: 3 })), {
      maxKeys: 5,
    })
    .map((data): AnswerClaims => {
      const salt = Buffer.from(ANSWER.salt, 'base64url');
      return { ...ANSWER, data, digest: commitment(salt, canonicalJson(data)) };
    });

  it.each(
    (['P-256', 'RSA-2048'] as const).flatMap((recipient) =>
      (['P-256', 'Ed25519'] as const).map((signer) => [recipient, signer] as const),
    ),
  )('opens as it was, sealed to %s and signed with %s', async (recipient, signer) => {
    const own = keyPair(recipient);
    const { keyRing, publicJwk } = await signingKeyOf(keyPair(signer).privateJwk);
    const sealer = createSealer({ keyRing, registeredKeys: registeredKeysOf({ [SYSTEM]: own.publicJwk }) });
    const options = { privateJwk: own.privateJwk, gatewayKeys: { keys: [publicJwk] } };
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        expect(await openAnswer(await sealer.seal(given), options)).toEqual(given);
        expect(await verifySignedAnswer(await sealer.sign(given), options.gatewayKeys)).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an answer that is hostile', () => {
  const TYPE = 'shuqiao-answer+jwt';
  const REFUSED = 'the header of the answer says more than is understood';
  const withHeader = (sealed: string, header: object): string =>
    sealed
      .split('.')
      .with(0, Buffer.from(JSON.stringify(header)).toString('base64url'))
      .join('.');

  it.each<object>([
    { zip: 'DEF' },
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { jku: 'https://example.test/keys' },
    { jwk: {} },
    { x5c: [] },
    { p2c: 2_000_000_000, p2s: 'AAAA' },
  ])('says more in its header than is understood, and is not even decrypted: %j', async (more) => {
    const { sealed, options } = await sealing();
    await expect(
      openAnswer(withHeader(sealed, { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', ...more }), options),
    ).rejects.toThrow(REFUSED);
  });

  it.each([
    '{"alg":"ECDH-ES+A256KW","enc":"A256GCM","zip":"DEF","zip":""}',
    '{"__proto__":{},"zip":"DEF"}',
    '[]',
    '"x"',
    '{',
  ])('has a header that two could read in two ways, or none: %s', async (header) => {
    const { sealed, options } = await sealing();
    const text = sealed.split('.').with(0, Buffer.from(header).toString('base64url')).join('.');
    await expect(openAnswer(text, options)).rejects.toThrow('the header of the answer cannot be read');
  });

  it('is compressed, really: it is not unpacked to see what it would become', async () => {
    const { own, options } = await sealing();
    const bomb = deflateRawSync(Buffer.alloc(20_000_000));
    const sealed = await new CompactEncrypt(bomb)
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
      .encrypt(await importJWK(own.publicJwk, 'ECDH-ES+A256KW'));
    const header = headerOf(sealed) as object;
    await expect(openAnswer(withHeader(sealed, { ...header, zip: 'DEF' }), options)).rejects.toThrow(REFUSED);
  });

  it.each<object>([
    { crit: ['exp'], exp: 1 },
    { b64: false, crit: ['b64'] },
    { jwk: {} },
    { jku: 'https://example.test' },
  ])('is signed with more in its header than is understood: %j', async (more) => {
    const { own, signing, options } = await sealing();
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: signing.kid, typ: TYPE, ...more })).toString(
      'base64url',
    );
    const jws = `${header}.${Buffer.from('{"data":null}').toString('base64url')}.${'A'.repeat(86)}`;
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toThrow(
      'the header of the signature says more than is understood',
    );
  });

  it.each(['at+jwt', 'JWT', undefined, 'shuqiao-answer+jwt '])(
    'is rightly signed, but as something else: typ %s',
    async (typ) => {
      const { own, signing, options } = await sealing();
      const jws = await new CompactSign(new TextEncoder().encode(canonicalJson(CLAIMS)))
        .setProtectedHeader({ alg: 'ES256', kid: signing.kid, ...(typ === undefined ? {} : { typ }) })
        .sign(signing.key);
      await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toThrow(
        'what was signed is no answer',
      );
    },
  );

  it.each(['../../../../etc/passwd', 'a/../b', '%2e%2e%2f', 'C:\\keys', "' or '1'='1", 'kid\u0000'])(
    'names its key %j: it is looked for among the keys given and nowhere else',
    async (kid) => {
      const { own, signing, options } = await sealing();
      const jws = await new CompactSign(new TextEncoder().encode(canonicalJson(CLAIMS)))
        .setProtectedHeader({ alg: 'ES256', kid, typ: TYPE })
        .sign(signing.key);
      await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject({
        code: 'ERR_JWKS_NO_MATCHING_KEY',
      });
    },
  );

  it.each([0, 1, 4, 8, 12, 15])('has a tag of %i bytes instead of 16', async (length) => {
    const { sealed, options } = await sealing();
    const parts = sealed.split('.');
    const tag = Buffer.from(parts[4] ?? '', 'base64url')
      .subarray(0, length)
      .toString('base64url');
    await expect(openAnswer(parts.with(4, tag).join('.'), options)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_JWE/),
    });
  });

  it('is longer than any answer, and not looked at', async () => {
    const { sealed, options } = await sealing();
    await expect(openAnswer(sealed + 'A'.repeat(16_777_216), options)).rejects.toThrow('the answer is too long');
  });

  it('has data that its digest is not of', async () => {
    const { own, signing, options } = await sealing();
    const jws = await new CompactSign(new TextEncoder().encode(canonicalJson(ANSWER)))
      .setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: TYPE })
      .sign(signing.key);
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toThrow(
      'the digest is none of the data',
    );
  });

  it('is JSON with one byte changed, or with a signature that is not detached', async () => {
    const { keyRing, publicJwk } = await signingKeyOf(keyPair('P-256').privateJwk);
    const { body, signature } = await createSealer({ keyRing, registeredKeys: registeredKeysOf({}) }).sign(CLAIMS);
    const gatewayKeys = { keys: [publicJwk] };
    expect(await verifySignedAnswer({ body, signature }, gatewayKeys)).toEqual(CLAIMS);
    await expect(verifySignedAnswer({ body: `${body} `, signature }, gatewayKeys)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const whole = signature.replace('..', `.${Buffer.from(body).toString('base64url')}.`);
    for (const other of [whole, `${signature}.`, '', '..'])
      await expect(verifySignedAnswer({ body, signature: other }, gatewayKeys)).rejects.toThrow();
  });
});
