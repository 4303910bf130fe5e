import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { CONTENT_ENCRYPTION, KEY_AGREEMENTS, keyAgreementOf, SIGNATURE_ALGORITHMS } from './algorithms.ts';
import type { JSONWebKeySet, JWK } from './jwk.ts';

const ANSWER_TYPE = 'JWT';

export interface OpenOptions {
  /** The private key of the calling system. */
  readonly privateJwk: JWK;
  /** The public keys of the gateway. */
  readonly gatewayKeys: JSONWebKeySet;
}

/**
 * What a consumer does with an answer: decrypt with its own key, then verify the gateway's signature.
 * @throws jose's errors if either fails; TypeError if what was signed is no answer
 */
export async function openAnswer(sealed: string, { privateJwk, gatewayKeys }: OpenOptions): Promise<JsonObject> {
  const alg = keyAgreementOf(privateJwk);
  if (alg === undefined) throw new TypeError('answers are not sealed to a key of this kind');
  const { plaintext } = await compactDecrypt(sealed, await importJWK(privateJwk, alg), {
    keyManagementAlgorithms: [...KEY_AGREEMENTS],
    contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
  });
  const { payload, protectedHeader } = await compactVerify(plaintext, createLocalJWKSet(gatewayKeys), {
    algorithms: [...SIGNATURE_ALGORITHMS],
  });
  // The same key signs what sources are told; a source could seal that to a consumer.
  if (protectedHeader.typ !== ANSWER_TYPE) throw new TypeError('what was signed is no answer');
  const claims = parseStrictJson(payload);
  if (!isJsonObject(claims)) throw new TypeError('the answer is no object');
  return claims;
}
