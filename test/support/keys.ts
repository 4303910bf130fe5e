import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type JWK, jwkOf } from '../../src/keys/jwk.ts';
import { loadRecipientKeys, loadSigningKey, type RecipientKey, type SigningKey } from '../../src/keys/load-keys.ts';
import { scratchFolder } from './scratch-folder.ts';

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

/** As the gateway would load it. */
export async function signingKeyOf(privateJwk: JWK): Promise<SigningKey> {
  return await loadSigningKey(join(scratchFolder({ 'signing.json': JSON.stringify(privateJwk) }), 'signing.json'));
}

export async function recipientKeysOf(
  publicJwks: Readonly<Record<string, JWK>>,
): Promise<ReadonlyMap<string, RecipientKey>> {
  const files = Object.entries(publicJwks).map(([system, key]) => [`${system}.jwk.json`, JSON.stringify(key)]);
  return await loadRecipientKeys(scratchFolder(Object.fromEntries(files) as Record<string, string>));
}
