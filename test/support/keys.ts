import { generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, importJWK } from 'jose';
import type { KeyRing } from '../../src/domain/key-ring.ts';
import type { RegisteredKeys } from '../../src/domain/registered-key.ts';
import { checkPublicJwk } from '../../src/keys/check-public-jwk.ts';
import { type JWK, jwkOf, publicJwkOf } from '../../src/keys/jwk.ts';
import { softwareCustody } from '../../src/keys/key-custody.ts';
import { softwareWrapper } from '../../src/keys/key-wrapper.ts';

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519' | 'RSA-1024' | 'RSA-2048';

/** A private key of its own, and without its private part. */
export function keyPair(kind: KeyKind): { readonly privateJwk: JWK; readonly publicJwk: JWK } {
  const { privateKey, publicKey } = generate(kind);
  return { privateJwk: jwk(privateKey.export({ format: 'jwk' })), publicJwk: jwk(publicKey.export({ format: 'jwk' })) };
}

function generate(kind: KeyKind) {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'RSA-1024' || kind === 'RSA-2048')
    return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) });
  return generateKeyPairSync('ec', { namedCurve: kind });
}

function jwk(exported: object): JWK {
  const read = jwkOf({ ...exported });
  if (read === undefined) throw new Error('no key was made');
  return read;
}

const CUSTODY = softwareCustody(softwareWrapper(new Uint8Array(32)));

export interface TestSigner {
  readonly kid: string;
  /** As a key set has it. */
  readonly publicJwk: JWK;
  /** For signing what the gateway never would. */
  readonly key: CryptoKey | Uint8Array;
  /** A key ring of this one key. */
  readonly keyRing: Pick<KeyRing, 'signer'>;
}

/** As the key ring holds it. */
export async function signingKeyOf(privateJwk: JWK): Promise<TestSigner> {
  const made = await CUSTODY.adoptSigningKey('answer', privateJwk);
  const times = { activeFrom: 0, fromEpoch: undefined, retiredAt: undefined, expiresAt: undefined };
  const signer = await CUSTODY.signer({ ...made, ...times });
  return {
    kid: made.kid,
    publicJwk: { ...signer.publicJwk, kid: made.kid, alg: signer.alg, use: 'sig' },
    key: await importJWK(privateJwk, signer.alg),
    keyRing: { signer: async () => signer },
  };
}

/** As they would be registered: one key each, to seal to. */
export function registeredKeysOf(publicJwks: Readonly<Record<string, JWK>>): RegisteredKeys {
  return {
    keysOf: async (system) => {
      const jwk = publicJwks[system];
      if (jwk === undefined) return [];
      return [{ system, use: 'enc', validFrom: 0, ...checkPublicJwk({ ...publicJwkOf(jwk) }, 'enc') }];
    },
  };
}
