import {
  constants,
  createCipheriv,
  createECDH,
  createHash,
  createPublicKey,
  type ECDH,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { JsonObject } from '../domain/json.ts';
import type { PublicJwk } from '../domain/public-jwk.ts';
import { CONTENT_ENCRYPTION, type KeyAgreement } from './algorithms.ts';
import { base64url } from './jws.ts';

export interface Recipient {
  readonly kid: string;
  readonly alg: KeyAgreement;
  readonly jwk: PublicJwk;
}

interface WrappedKey {
  readonly encrypted: Uint8Array;
  /** What the recipient needs to unwrap it. */
  readonly header: JsonObject;
}

const KEY_BYTES = 32;
const IV_BYTES = 12;
const COORDINATE_BYTES = 32;
/** RFC 3394 §2.2.3.1. */
const KEY_WRAP_IV = Buffer.alloc(8, 0xa6);

/**
 * RFC 7516 §7.1, compact, by OpenSSL's own functions: WebCrypto takes three times as long (docs/decisions/0022). Only
 * encrypting is written here, which handles nothing that a stranger sent but the key, and that was checked when it was registered.
 */
export function encryptCompact(plain: string, { kid, alg, jwk }: Recipient, header: JsonObject): string {
  const contentKey = randomBytes(KEY_BYTES);
  const wrapped = alg === 'RSA-OAEP-256' ? byRsa(contentKey, jwk) : byAgreement(contentKey, alg, jwk);
  const protectedHeader = base64url(
    JSON.stringify({ alg, enc: CONTENT_ENCRYPTION, kid, ...header, ...wrapped.header }),
  );
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(protectedHeader));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return [protectedHeader, ...[wrapped.encrypted, iv, text, cipher.getAuthTag()].map(base64url)].join('.');
}

/** RFC 7518 §4.3. */
function byRsa(contentKey: Uint8Array, jwk: PublicJwk): WrappedKey {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, contentKey);
  return { encrypted, header: {} };
}

/** RFC 7518 §4.6, on P-256, with a key of the moment. */
function byAgreement(contentKey: Uint8Array, alg: string, { x = '', y = '' }: PublicJwk): WrappedKey {
  const ephemeral = createECDH('prime256v1');
  ephemeral.generateKeys();
  const peer = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const wrappingKey = concatKdf(ephemeral.computeSecret(peer), alg);
  const wrap = createCipheriv('id-aes256-wrap', wrappingKey, KEY_WRAP_IV);
  return { encrypted: Buffer.concat([wrap.update(contentKey), wrap.final()]), header: { epk: jwkOfPoint(ephemeral) } };
}

function jwkOfPoint(ephemeral: ECDH): JsonObject {
  const point = ephemeral.getPublicKey();
  const at = (from: number): string => base64url(point.subarray(from, from + COORDINATE_BYTES));
  return { kty: 'EC', crv: 'P-256', x: at(1), y: at(1 + COORDINATE_BYTES) };
}

/** RFC 7518 §4.6.2: one round of SP 800-56A's, which is all that 256 bits take; no apu, no apv. */
function concatKdf(secret: Uint8Array, alg: string): Uint8Array {
  const info = [lengthOf(alg.length), Buffer.from(alg), lengthOf(0), lengthOf(0), lengthOf(KEY_BYTES * 8)];
  return createHash('sha256')
    .update(Buffer.concat([lengthOf(1), secret, ...info]))
    .digest();
}

function lengthOf(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}
