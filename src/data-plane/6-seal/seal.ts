import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Clock, Randomness } from '../../domain/clock.ts';
import type { AnswerClaims, Sealer } from '../../domain/sealed-answer.ts';
import { commitment, digest, salted } from '../../keys/commitment.ts';
import type { Outgoing, Projected, Sealed, Stage } from '../states.ts';
import { wordsOf } from '../words-of.ts';

export interface SealNeeds {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Who signs: the `iss` of an answer. */
  readonly gatewayId: string;
}

/**
 * From here on only the calling system can read the answer, or whoever is at its end of the connection where the grant
 * allows JSON. The salt travels inside it: with it the caller can prove what the ledger's commitments stand for. The
 * gateway keeps it encrypted, where it can be destroyed; without it nobody can find that out by trying.
 */
export function seal(needs: SealNeeds): Stage<Projected, Sealed> {
  const { sealer, random } = needs;
  return async ({ released, request, ...known }) => {
    const text = canonicalJson(released);
    const { digest: committed, salt } = salted(random, text);
    const claims = claimsOf(known, needs, { data: released, salt, digest: committed });
    const outgoing: Outgoing =
      known.form === 'json'
        ? { form: 'json', ...(await sealer.sign(claims)) }
        : { form: 'sealed', body: await sealer.seal(claims) };
    const asked = commitment(Buffer.from(salt, 'base64url'), request.body);
    return {
      ...known,
      outgoing,
      found: released !== null,
      committed: {
        digests: { answer: digest(outgoing.body), released: committed, request: asked },
        sizes: { request: request.bytes, released: Buffer.byteLength(text), answer: Buffer.byteLength(outgoing.body) },
      },
      personal: { subjects: request.subjects, words: wordsOf(request), salts: { request: salt } },
    };
  };
}

function claimsOf(
  { system, grant, plan, exchange, requestId }: Pick<Projected, 'system' | 'grant' | 'plan' | 'exchange' | 'requestId'>,
  { clock, gatewayId }: SealNeeds,
  committed: Pick<AnswerClaims, 'data' | 'salt' | 'digest'>,
): AnswerClaims {
  return {
    iss: gatewayId,
    aud: system.id,
    iat: Math.floor(clock.now() / 1000),
    jti: exchange,
    request: requestId,
    purpose: grant.purpose,
    contract: plan.contract.id,
    contractVersion: plan.contract.version,
    plan: plan.hash,
    ...committed,
  };
}
