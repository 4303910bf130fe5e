import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Clock, Randomness } from '../../domain/clock.ts';
import type { LedgerSecret } from '../../domain/key-ring.ts';
import type { AnswerClaims, Sealer } from '../../domain/sealed-answer.ts';
import { commitment, digest } from '../../keys/commitment.ts';
import type { Outgoing, Projected, Sealed, Stage } from '../states.ts';

export interface SealNeeds {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Who signs: the `iss` of an answer. */
  readonly gatewayId: string;
  /** Under which the caller's words (case, officer) are digested for the ledger. */
  readonly ledgerSecret: () => Promise<LedgerSecret>;
}

const SALT_BYTES = 32;

/**
 * From here on only the calling system can read the answer, or whoever is at its end of the connection where the grant
 * allows JSON. The salt travels inside it and is not kept: with it the caller can prove what the ledger's commitments
 * stand for, and without it nobody can find that out by trying.
 */
export function seal(needs: SealNeeds): Stage<Projected, Sealed> {
  const { sealer, random, ledgerSecret } = needs;
  return async ({ released, request, ...known }) => {
    const salt = random.bytes(SALT_BYTES);
    const committed = commitment(salt, canonicalJson(released));
    const claims = claimsOf(known, needs, {
      data: released,
      salt: Buffer.from(salt).toString('base64url'),
      digest: committed,
    });
    const outgoing: Outgoing =
      known.form === 'json'
        ? { form: 'json', ...(await sealer.sign(claims)) }
        : { form: 'sealed', body: await sealer.seal(claims) };
    const { kid, key } = await ledgerSecret();
    const keyed = (words: string | undefined): string | undefined =>
      words === undefined ? undefined : commitment(key, words);
    return {
      ...known,
      outgoing,
      found: released !== null,
      digests: { answer: digest(outgoing.body), released: committed, request: commitment(salt, request.body) },
      recorded: {
        requestBytes: request.bytes,
        case: keyed(request.case),
        officer: keyed(request.officer),
        ledgerKid: kid,
      },
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
