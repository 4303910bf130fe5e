import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type {
  HeldKey,
  KeyCustody,
  KeyName,
  KeyUse,
  KeyWrapper,
  MadeKey,
  Signer,
  SigningUse,
} from '../domain/key-ring.ts';
import { decryptGcm, encryptGcm } from './aes-gcm.ts';
import { signatureAlgorithmOf } from './algorithms.ts';
import { type JWK, publicJwkOf } from './jwk.ts';
import { secretKid } from './secret-kid.ts';
import { thumbprintOf } from './thumbprint.ts';

const SECRET_BYTES = 32;
const SECRET_ALGORITHMS = { treatment: 'HKDF-SHA-256', ledger: 'HS256' } as const;

/** Custody in this process, and what only that can do: take keys that were made elsewhere. */
export interface SoftwareCustody extends KeyCustody {
  /** @throws TypeError if it is no private key on P-256 or Ed25519 */
  adoptSigningKey(use: SigningUse, privateJwk: JWK): Promise<MadeKey>;
  /** Its data key under the present key-encryption key; undefined if it is. */
  rewrap(key: HeldKey): Promise<{ readonly dataKey: Uint8Array; readonly by: string } | undefined>;
  /** @throws RangeError if it has not 32 bytes */
  adoptSecret(use: 'treatment' | 'ledger', secret: Uint8Array): Promise<MadeKey>;
}

/**
 * Private keys encrypted in the table and decrypted into this process.
 * @param current encrypts what is new
 * @param previous still decrypt, until everything is rewrapped
 */
export function softwareCustody(current: KeyWrapper, previous: readonly KeyWrapper[] = []): SoftwareCustody {
  const wrappers = new Map([...previous, current].map((wrapper) => [wrapper.id, wrapper]));

  async function sealed(
    name: KeyName,
    material: Uint8Array,
  ): Promise<Pick<MadeKey, 'sealed' | 'dataKey' | 'wrappedBy'>> {
    const dataKey = randomBytes(SECRET_BYTES);
    return {
      sealed: encryptGcm(dataKey, material, contextOf(name)),
      dataKey: await current.wrap(dataKey, name),
      wrappedBy: current.id,
    };
  }

  async function dataKeyOf(key: HeldKey): Promise<Uint8Array> {
    const wrapper = wrappers.get(key.wrappedBy);
    if (wrapper === undefined) throw new Error(`the key ${key.kid} is encrypted under another key-encryption key`);
    try {
      return await wrapper.unwrap(key.dataKey, key);
    } catch {
      throw new Error(`the data key of ${key.kid} cannot be decrypted`);
    }
  }

  async function opened(key: HeldKey): Promise<Uint8Array> {
    const dataKey = await dataKeyOf(key);
    try {
      return decryptGcm(dataKey, key.sealed, contextOf(key));
    } catch {
      // Without the cause: nothing of what was decrypted may be in a log.
      throw new Error(`the key ${key.kid} cannot be decrypted`);
    }
  }

  const custody: SoftwareCustody = {
    generate: async (use, alg) =>
      isSigningUse(use)
        ? await custody.adoptSigningKey(use, generateJwk(alg))
        : await custody.adoptSecret(use, randomBytes(SECRET_BYTES)),
    adoptSigningKey: async (use, privateJwk) => {
      const alg = signatureAlgorithmOf(privateJwk);
      if (alg === undefined || privateJwk.d === undefined) throw new TypeError('this is no private key to sign with');
      const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
      // Of the private key itself: the public half that stands beside it in the file may be another's.
      const publicJwk = publicJwkOf(createPublicKey(key).export({ format: 'jwk' }));
      const name = { kid: thumbprintOf(publicJwk), use };
      return { ...name, alg, publicJwk, ...(await sealed(name, key.export({ format: 'der', type: 'pkcs8' }))) };
    },
    adoptSecret: async (use, secret) => {
      if (secret.length !== SECRET_BYTES) throw new RangeError('a secret of the key ring has 32 bytes');
      const name = { kid: secretKid(use, secret), use };
      return { ...name, alg: SECRET_ALGORITHMS[use], publicJwk: undefined, ...(await sealed(name, secret)) };
    },
    rewrap: async (key) =>
      key.wrappedBy === current.id
        ? undefined
        : { dataKey: await current.wrap(await dataKeyOf(key), key), by: current.id },
    signer: async (key) => signerOf(key, await opened(key)),
    secret: async (key) => await opened(key),
  };
  return custody;
}

function isSigningUse(use: KeyUse): use is SigningUse {
  return use === 'answer' || use === 'token';
}

function generateJwk(alg: string | undefined): JWK {
  const { privateKey } =
    alg === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty = '', ...numbers } = privateKey.export({ format: 'jwk' });
  return { ...numbers, kty };
}

function signerOf({ kid, alg, publicJwk }: HeldKey, pkcs8: Uint8Array): Signer {
  if ((alg !== 'ES256' && alg !== 'Ed25519') || publicJwk === undefined)
    throw new TypeError(`the key ${kid} is none to sign with`);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return { kid, alg, publicJwk, sign: async (data) => signWith(key, alg, data) };
}

/** On this thread: 70 µs here, 270 by WebCrypto and back (docs/decisions/0022). */
function signWith(key: KeyObject, alg: Signer['alg'], data: Uint8Array): Uint8Array {
  return alg === 'Ed25519' ? signBytes(null, data, key) : signBytes('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
}

function contextOf({ kid, use }: KeyName): string {
  return canonicalJson(['shuqiao-key', use, kid]);
}
