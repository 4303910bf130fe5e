import { constants, createHmac, createPrivateKey, sign } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KeyRing } from '../../src/domain/key-ring.ts';
import type { JWK } from '../../src/keys/jwk.ts';
import { keyRegister } from '../../src/store/registered-keys.ts';
import type { TestDatabase } from './database.ts';
import { REGISTRATION } from './harness.ts';
import { keyPair } from './keys.ts';

/** Any JWS at all, also what no library would sign, by the algorithm that its header names. */
export function signed(header: JsonObject & { readonly alg: string }, payload: string, key: JWK): string {
  const input = [JSON.stringify(header), payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${signatureOf(header.alg, Buffer.from(input), key).toString('base64url')}`;
}

function signatureOf(alg: string, data: Buffer, jwk: JWK): Buffer {
  if (alg === 'HS256')
    return createHmac('sha256', Buffer.from(jwk.k ?? '', 'base64url'))
      .update(data)
      .digest();
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  if (alg === 'ES256') return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
  if (alg === 'PS256') return sign('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  return sign(alg === 'Ed25519' ? null : 'sha256', data, key);
}

/** The header and the claims of a token, as they are. */
export function partsOf(token: string): readonly [header: JsonObject & { readonly alg: string }, claims: JsonObject] {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as never);
  return [header as never, claims as never];
}

/** A token with other claims or another header, signed by what signs the tokens of the gateway: only it could make it. */
export async function resigned(token: string, by: KeyRing, changed: { claims?: JsonObject; header?: JsonObject }) {
  const [header, claims] = partsOf(token);
  const parts = [
    { ...header, ...changed.header },
    { ...claims, ...changed.claims },
  ];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signer = await by.signer('token');
  return `${input}.${Buffer.from(await signer.sign(Buffer.from(input))).toString('base64url')}`;
}

export interface SystemKey {
  readonly kid: string;
  readonly privateJwk: JWK;
}

/** A key that a system signs with, in the register. */
export async function registerSignatureKey(
  database: TestDatabase,
  system = REGISTRATION,
  kind: 'Ed25519' | 'P-256' = 'Ed25519',
): Promise<SystemKey> {
  const { privateJwk, publicJwk } = keyPair(kind);
  const kid = await calculateJwkThumbprint(publicJwk);
  const alg = kind === 'Ed25519' ? 'Ed25519' : 'ES256';
  const key = { system, kid, use: 'sig', alg, jwk: { ...publicJwk } } as const;
  await keyRegister(database.databases.control).register(key as never, { from: undefined, until: undefined });
  return { kid, privateJwk };
}
