import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { canonicalJson } from '../domain/canonical-json.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { ANSWER_TYPE, CONTENT_ENCRYPTION, KEY_AGREEMENTS, keyAgreementOf, SIGNATURE_ALGORITHMS } from './algorithms.ts';
import { commitment } from './commitment.ts';
import type { JSONWebKeySet, JWK } from './jwk.ts';
import { base64url } from './jws.ts';

export interface OpenOptions {
  /** The private key of the calling system. */
  readonly privateJwk: JWK;
  /** The public keys of the gateway. */
  readonly gatewayKeys: JSONWebKeySet;
}

/** An answer that is not opened, or not believed; nothing of it is repeated. */
export class AnswerRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AnswerRefusedError';
  }
}

interface HeaderOf {
  readonly what: 'answer' | 'signature';
  readonly members: ReadonlySet<string>;
}

/** More than a gateway ever sends; what is longer is not even looked at. */
const MAX_CHARACTERS = 16_777_216;
/** No `zip`, which could unpack to anything; no `crit`; no key and no address that a stranger names. */
const SEALED: HeaderOf = { what: 'answer', members: new Set(['alg', 'enc', 'kid', 'typ', 'cty', 'epk', 'apu', 'apv']) };
const SIGNED: HeaderOf = { what: 'signature', members: new Set(['alg', 'kid', 'typ', 'cty']) };

/**
 * What a consumer does with an answer: decrypt with its own key, then verify the gateway's signature.
 * @throws AnswerRefusedError, jose's errors, or StrictJsonError
 */
export async function openAnswer(sealed: string, { privateJwk, gatewayKeys }: OpenOptions): Promise<JsonObject> {
  const alg = keyAgreementOf(privateJwk);
  if (alg === undefined) throw new TypeError('answers are not sealed to a key of this kind');
  checkHeader(sealed, SEALED);
  const { plaintext } = await compactDecrypt(sealed, await importJWK(privateJwk, alg), {
    keyManagementAlgorithms: [...KEY_AGREEMENTS],
    contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
  });
  return await verifyAnswer(new TextDecoder().decode(plaintext), gatewayKeys);
}

export interface SignedAnswer {
  /** The body as it came, to the byte. */
  readonly body: Uint8Array | string;
  /** The header Answer-Signature. */
  readonly signature: string;
}

/**
 * An answer that came as JSON: its detached signature (RFC 7515 appendix F) over the body.
 * @throws as `openAnswer`
 */
export async function verifySignedAnswer(
  { body, signature }: SignedAnswer,
  gatewayKeys: JSONWebKeySet,
): Promise<JsonObject> {
  const [header = '', between, mac = '', ...rest] = signature.split('.');
  if (between !== '' || rest.length > 0) throw new AnswerRefusedError('the signature is not detached');
  return await verifyAnswer(`${header}.${base64url(body)}.${mac}`, gatewayKeys);
}

async function verifyAnswer(jws: string, gatewayKeys: JSONWebKeySet): Promise<JsonObject> {
  checkHeader(jws, SIGNED);
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(gatewayKeys), {
    algorithms: [...SIGNATURE_ALGORITHMS],
  });
  if (protectedHeader.typ !== ANSWER_TYPE) throw new AnswerRefusedError('what was signed is no answer');
  const claims = parseStrictJson(payload);
  if (!isJsonObject(claims)) throw new AnswerRefusedError('the answer is no object');
  const { salt, digest, data } = claims;
  if (
    data === undefined ||
    typeof salt !== 'string' ||
    commitment(Buffer.from(salt, 'base64url'), canonicalJson(data)) !== digest
  )
    throw new AnswerRefusedError('the digest is none of the data');
  return claims;
}

/** By what it is allowed to say, before anything is done with it. */
function checkHeader(compact: string, { what, members }: HeaderOf): void {
  if (compact.length > MAX_CHARACTERS) throw new AnswerRefusedError('the answer is too long');
  if (!Object.keys(headerOf(compact, what)).every((member) => members.has(member)))
    throw new AnswerRefusedError(`the header of the ${what} says more than is understood`);
}

function headerOf(compact: string, what: string): JsonObject {
  try {
    const header = parseStrictJson(Buffer.from(compact.split('.', 1)[0] ?? '', 'base64url'));
    if (isJsonObject(header)) return header;
  } catch {
    // Said below: what two readers could read in two ways is read by none.
  }
  throw new AnswerRefusedError(`the header of the ${what} cannot be read`);
}
