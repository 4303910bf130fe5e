import { canonicalJson } from '../domain/canonical-json.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { Problem } from '../domain/problem.ts';
import type { RegisteredKey, RegisteredKeys } from '../domain/registered-key.ts';
import type { AnswerClaims, Sealer } from '../domain/sealed-answer.ts';
import { ANSWER_TYPE, isKeyAgreement } from './algorithms.ts';
import { encryptCompact, type Recipient } from './jwe.ts';
import { detach, signCompact } from './jws.ts';

export interface SealerNeeds {
  readonly keyRing: Pick<KeyRing, 'signer'>;
  readonly registeredKeys: RegisteredKeys;
}

/** Signed first and encrypted then (RFC 7519 §11.2): the signature is nobody's to see or strip but the recipient's. */
export function createSealer({ keyRing, registeredKeys }: SealerNeeds): Sealer {
  // Typed by name (RFC 8725 §3.11): what the gateway signs as something else is never taken for an answer.
  const sign = async (payload: string): Promise<string> =>
    await signCompact(payload, { typ: ANSWER_TYPE }, await keyRing.signer('answer'));
  return {
    seal: async (claims: AnswerClaims) => {
      const recipient = recipientOf(await registeredKeys.keysOf(claims.aud, 'enc'));
      return encryptCompact(await sign(canonicalJson(claims)), recipient, { cty: 'JWT' });
    },
    sign: async (claims: AnswerClaims) => {
      const body = canonicalJson(claims);
      return { body, signature: detach(await sign(body)) };
    },
  };
}

/** The newest key in force. The database has had it checked; one that names something else is of another version. */
function recipientOf([newest]: readonly RegisteredKey[]): Recipient {
  if (newest === undefined) throw new Problem('recipient.keyless');
  const { kid, alg, jwk } = newest;
  if (!isKeyAgreement(alg)) throw new TypeError('a registered key has an algorithm that is not known');
  return { kid, alg, jwk };
}
