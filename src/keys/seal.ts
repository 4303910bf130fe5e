import { CompactEncrypt, CompactSign } from 'jose';
import { canonicalJson } from '../domain/canonical-json.ts';
import { Problem } from '../domain/problem.ts';
import type { Sealer } from '../domain/sealed-answer.ts';
import { CONTENT_ENCRYPTION } from './algorithms.ts';
import type { RecipientKey, SigningKey } from './load-keys.ts';

/** Signed first and encrypted then (RFC 7519 §11.2): the signature is nobody's to see or strip but the recipient's. */
export function createSealer(signing: SigningKey, recipients: ReadonlyMap<string, RecipientKey>): Sealer {
  return {
    seal: async (claims) => {
      const recipient = recipients.get(claims.aud);
      if (recipient === undefined) throw new Problem('recipient.keyless');
      const jws = await new CompactSign(new TextEncoder().encode(canonicalJson(claims)))
        .setProtectedHeader({ alg: signing.alg, kid: signing.kid, typ: 'JWT' })
        .sign(signing.key);
      return await new CompactEncrypt(new TextEncoder().encode(jws))
        .setProtectedHeader({ alg: recipient.alg, enc: CONTENT_ENCRYPTION, kid: recipient.kid, cty: 'JWT' })
        .encrypt(recipient.key);
    },
  };
}
