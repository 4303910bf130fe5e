import { CompactSign } from 'jose';
import { canonicalJson } from '../domain/canonical-json.ts';
import { CONTEXT_TYPE, type ContextSigner } from '../domain/source-context.ts';
import type { SigningKey } from './load-keys.ts';

/** Signed with the key that signs answers, which sources can get where consumers do. */
export function createContextSigner({ alg, kid, key }: SigningKey): ContextSigner {
  return {
    sign: async (claims) =>
      await new CompactSign(new TextEncoder().encode(canonicalJson(claims)))
        .setProtectedHeader({ alg, kid, typ: CONTEXT_TYPE })
        .sign(key),
  };
}
