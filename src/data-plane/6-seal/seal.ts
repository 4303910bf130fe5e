import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Clock, Randomness } from '../../domain/clock.ts';
import type { Sealer } from '../../domain/sealed-answer.ts';
import { commitment, digest } from '../../keys/commitment.ts';
import type { Projected, Sealed, Stage } from '../states.ts';

export interface SealNeeds {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Who signs: the `iss` of an answer. */
  readonly gatewayId: string;
  /** Under which the caller's words (case, officer) are digested for the ledger. */
  readonly ledgerKey: Uint8Array;
}

const SALT_BYTES = 32;

/**
 * From here on only the calling system can read the answer. The salt travels inside it and is not kept: with it the
 * caller can prove what the ledger's commitments stand for, and without it nobody can find that out by trying.
 */
export function seal({ sealer, clock, random, gatewayId, ledgerKey }: SealNeeds): Stage<Projected, Sealed> {
  return async ({ released, request, ...known }) => {
    const { system, grant, plan, exchange } = known;
    const salt = random.bytes(SALT_BYTES);
    const sealed = await sealer.seal({
      iss: gatewayId,
      aud: system.id,
      iat: Math.floor(clock.now() / 1000),
      jti: exchange,
      purpose: grant.purpose,
      contract: plan.contract.id,
      contractVersion: plan.contract.version,
      plan: plan.hash,
      data: released,
      salt: Buffer.from(salt).toString('base64url'),
    });
    const keyed = (words: string | undefined): string | undefined =>
      words === undefined ? undefined : commitment(ledgerKey, words);
    return {
      ...known,
      sealed,
      found: released !== null,
      digests: {
        sealed: digest(sealed),
        released: commitment(salt, canonicalJson(released)),
        request: commitment(salt, request.body),
      },
      recorded: { requestBytes: request.bytes, case: keyed(request.case), officer: keyed(request.officer) },
    };
  };
}
