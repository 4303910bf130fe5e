import { CompactEncrypt, CompactSign, importJWK, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { AnswerClaims } from '../../../src/domain/sealed-answer.ts';
import { createContextSigner } from '../../../src/keys/context-signer.ts';
import { openAnswer } from '../../../src/keys/open.ts';
import { createSealer } from '../../../src/keys/seal.ts';
import { type KeyKind, keyPair, recipientKeysOf, signingKeyOf } from '../../support/keys.ts';

const SYSTEM = 'taxation.tax-registration';
const CLAIMS: AnswerClaims = {
  iss: 'shuqiao',
  aud: SYSTEM,
  iat: 1_790_000_000,
  jti: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  purpose: 'tax-registration',
  contract: 'market-regulation.business-licence.v1',
  contractVersion: '1.0.0',
  plan: '0'.repeat(64),
  data: { name: '𠮷田', list: [1, null, true] },
  salt: 'c2FsdA',
};

async function sealing(recipient: KeyKind = 'P-256', signer: KeyKind = 'P-256') {
  const own = keyPair(recipient);
  const signing = await signingKeyOf(keyPair(signer).privateJwk);
  const sealer = createSealer(signing, await recipientKeysOf({ [SYSTEM]: own.publicJwk }));
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
    const recipients = await recipientKeysOf({ [SYSTEM]: keyPair('P-256').publicJwk });
    const sealer = createSealer(await signingKeyOf(keyPair('P-256').privateJwk), recipients);
    expect(await sealer.seal(CLAIMS)).not.toBe(await sealer.seal(CLAIMS));
  });

  it('cannot be made for a system without a key', async () => {
    const sealer = createSealer(await signingKeyOf(keyPair('P-256').privateJwk), new Map());
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
      await expect(openAnswer(broken, options)).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_JW|^ERR_JOSE/),
      });
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
    const jws = await createContextSigner(signing).sign({
      iss: 'shuqiao',
      aud: SYSTEM,
      jti: CLAIMS.jti,
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
      new TypeError('what was signed is no answer'),
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
      const header = Buffer.from(JSON.stringify({ alg, enc: 'A256GCM', p2c: 1, p2s: 'AAAA' })).toString('base64url');
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
      .setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: 'JWT' })
      .sign(signing.key);
    await expect(openAnswer(await forged(own.publicJwk, { jws }), options)).rejects.toMatchObject(refusal);
  });

  it.each(['', 'a.b.c.d.e', 'a.b.c', '{"protected":"x"}'])('is none: %j', async (text) => {
    const { options } = await sealing();
    await expect(openAnswer(text, options)).rejects.toMatchObject({ code: 'ERR_JWE_INVALID' });
  });
});
