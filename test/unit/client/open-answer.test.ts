import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALLOWED } from '../../../src/client/allowed.ts';
import { type OpeningKeys, openSealed, openSigned } from '../../../src/client/open-answer.ts';
import { ShuqiaoAnswerInvalid } from '../../../src/client/shuqiao-answer-invalid.ts';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { ANSWER_TYPE, CONTENT_ENCRYPTION, KEY_AGREEMENTS, SIGNATURE_ALGORITHMS } from '../../../src/keys/algorithms.ts';
import { encryptCompact } from '../../../src/keys/jwe.ts';
import { type JWK, publicJwkOf } from '../../../src/keys/jwk.ts';
import { signCompact } from '../../../src/keys/jws.ts';
import { thrown } from '../../support/client.ts';
import { type KeyKind, keyPair, signingKeyOf, type TestSigner } from '../../support/keys.ts';

const CLAIMS: JsonObject = { data: { name: '𠮷田商店' } };

interface Parties {
  readonly recipient: { readonly kid: string; readonly alg: never; readonly jwk: never };
  readonly signer: TestSigner;
  readonly keys: OpeningKeys;
}

async function parties(recipient: KeyKind, signer: KeyKind): Promise<Parties> {
  const { privateJwk, publicJwk } = keyPair(recipient);
  const kid = await calculateJwkThumbprint(publicJwk);
  const signing = await signingKeyOf(keyPair(signer).privateJwk);
  const alg = recipient === 'P-256' ? 'ECDH-ES+A256KW' : 'RSA-OAEP-256';
  return {
    recipient: { kid, alg: alg as never, jwk: publicJwkOf(publicJwk) as never },
    signer: signing,
    keys: {
      sealing: new Map([[kid, privateJwk]]),
      signing: async (name) => (name === signing.kid ? signing.publicJwk : undefined),
    },
  };
}

async function sign({ signer }: Parties, header: JsonObject = {}, payload = canonicalJson(CLAIMS)): Promise<string> {
  return await signCompact(payload, { typ: ANSWER_TYPE, ...header }, await signer.keyRing.signer('answer'));
}

const seal = ({ recipient }: Parties, plain: string, header: JsonObject = {}): string =>
  encryptCompact(plain, recipient, { cty: 'JWT', ...header });

/** One bit of one character, so that the text may be of other characters after it, or of fewer. */
const flipped = (text: string, at: number, bit: number): string => {
  const bytes = Buffer.from(text, 'latin1');
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return bytes.toString('latin1');
};

it('what a consumer takes is what a gateway makes', () => {
  expect(ALLOWED).toEqual({
    type: ANSWER_TYPE,
    signature: SIGNATURE_ALGORITHMS,
    agreement: KEY_AGREEMENTS,
    encryption: [CONTENT_ENCRYPTION],
  });
});

describe.each([
  ['P-256', 'P-256'],
  ['P-256', 'Ed25519'],
  ['RSA-2048', 'P-256'],
  ['RSA-2048', 'Ed25519'],
] as const)('an answer sealed to %s and signed on %s', (recipient, signer) => {
  let all: Parties;
  let jws: string;
  let sealed: string;
  beforeAll(async () => {
    all = await parties(recipient, signer);
    jws = await sign(all);
    sealed = seal(all, jws);
  });

  it('opens', async () => {
    expect(await openSealed(sealed, all.keys)).toEqual(CLAIMS);
  });

  it('does not with any bit of it changed, inside the seal or outside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 7 }), fc.boolean(), async (place, bit, inside) => {
        const text = inside ? jws : sealed;
        const changed = flipped(text, place % text.length, bit);
        const error = await thrown(openSealed(inside ? seal(all, changed) : changed, all.keys));
        expect(error).toBeInstanceOf(ShuqiaoAnswerInvalid);
      }),
      { numRuns: 300 },
    );
  });

  it('does not with a bit changed that no decoder looks at: at the end of a part', async () => {
    for (const text of [jws, sealed])
      for (const at of [...text.matchAll(/\.|$/g)].map(({ index }) => index - 1))
        for (const bit of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const changed = flipped(text, at, bit);
          const error = await thrown(openSealed(text === jws ? seal(all, changed) : changed, all.keys));
          expect(error).toBeInstanceOf(ShuqiaoAnswerInvalid);
        }
  });

  it('does not cut off, repeated, with white space or as another serialization', async () => {
    const [head = ''] = sealed.split('.');
    for (const text of [
      '',
      '.',
      '....',
      `${sealed}.`,
      `${sealed}\n`,
      ` ${sealed}`,
      `${sealed}.${sealed}`,
      head,
      jws,
      '{}',
    ])
      expect(await thrown(openSealed(text, all.keys))).toBeInstanceOf(ShuqiaoAnswerInvalid);
  });
});

describe('an answer', () => {
  let all: Parties;
  beforeAll(async () => {
    all = await parties('P-256', 'P-256');
  });
  const reasonOf = async (work: Promise<unknown>): Promise<unknown> =>
    ((await thrown(work)) as ShuqiaoAnswerInvalid).reason;

  it.each<[string, JsonObject]>([
    ['is compressed', { zip: 'DEF' }],
    ['has an extension that has to be understood', { crit: ['x'], x: 1 }],
    ['brings a key with it', { jwk: { kty: 'EC' } }],
    ['says where its key is', { jku: 'https://other.test' }],
    ['names another algorithm', { alg: 'RSA-OAEP-256' }],
    ['is encrypted directly', { alg: 'dir' }],
  ])('that %s is refused for its header', async (_what, header) => {
    expect(await reasonOf(openSealed(seal(all, await sign(all), header), all.keys))).toBe('header');
  });

  it.each<[string, JsonObject]>([
    ['as another type', { typ: 'at+jwt' }],
    ['without a type', { typ: 1 }],
    ['by no algorithm', { alg: 'none' }],
    ['by a secret', { alg: 'HS256' }],
    ['with another algorithm than its key is for', { alg: 'Ed25519' }],
    ['with an extension', { crit: ['b64'], b64: false }],
  ])('that is signed %s is refused for its header', async (_what, header) => {
    expect(await reasonOf(openSealed(seal(all, await sign(all, header)), all.keys))).toBe('header');
  });

  it('for a key that is not there, or by a key that is not known, is refused for that', async () => {
    const others = await parties('P-256', 'P-256');
    const sealed = seal(all, await sign(all));
    expect(await reasonOf(openSealed(sealed, others.keys))).toBe('sealing-key-unknown');
    const { sealing } = all.keys;
    expect(await reasonOf(openSealed(sealed, { sealing, signing: others.keys.signing }))).toBe('signing-key-unknown');
    const lied = new Map<string, JWK>([...sealing.keys()].map((kid) => [kid, keyPair('P-256').privateJwk]));
    expect(await reasonOf(openSealed(sealed, { ...all.keys, sealing: lied }))).toBe('undecryptable');
  });

  it('whose claims two readers could read differently is refused', async () => {
    for (const payload of ['{"aud":"a","aud":"b"}', '[]', 'null', '{"n":12345678901234567890}', '\u00ff'])
      expect(await reasonOf(openSealed(seal(all, await sign(all, {}, payload)), all.keys))).toBe('unreadable');
  });

  it('in JSON is taken by its detached signature, over every byte of it', async () => {
    const [head = '', payload = '', mac = ''] = (await sign(all)).split('.');
    const body = Buffer.from(payload, 'base64url');
    expect(await openSigned(body, `${head}..${mac}`, all.keys)).toEqual(CLAIMS);
    expect(await reasonOf(openSigned(body, `${head}.${payload}.${mac}`, all.keys))).toBe('form');
    expect(await reasonOf(openSigned(Buffer.concat([body, Buffer.from('\n')]), `${head}..${mac}`, all.keys))).toBe(
      'signature',
    );
    expect(await reasonOf(openSigned(body, `${head}..${mac}.`, all.keys))).toBe('form');
    expect(await reasonOf(openSigned(body, '..', all.keys))).toBe('form');
  });
});
