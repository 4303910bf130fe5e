import { canonicalJson } from '../domain/canonical-json.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { CONTEXT_TYPE, type ContextSigner } from '../domain/source-context.ts';
import { signCompact } from './jws.ts';

/** Signed with the key that signs answers, which sources can get where consumers do. */
export function createContextSigner(keyRing: Pick<KeyRing, 'signer'>): ContextSigner {
  return {
    sign: async (claims) =>
      await signCompact(canonicalJson(claims), { typ: CONTEXT_TYPE }, await keyRing.signer('answer')),
  };
}
