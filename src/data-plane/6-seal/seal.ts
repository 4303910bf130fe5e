import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Clock, Randomness } from '../../domain/clock.ts';
import type { QuotaState, Quotas, Settling } from '../../domain/quotas.ts';
import type { AnswerClaims, AnswerForm, Sealer } from '../../domain/sealed-answer.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { commitment, digest, salted } from '../../keys/commitment.ts';
import { meteredOf, passedQuotas } from '../metered.ts';
import type { Outgoing, Projected, Sealed, Stage } from '../states.ts';
import { wordsOf } from '../words-of.ts';

export interface SealNeeds {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Who signs: the `iss` of an answer. */
  readonly gatewayId: string;
  readonly quotas: Pick<Quotas, 'settle'>;
  readonly snapshot: () => Pick<Snapshot, 'quotas'>;
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
    const bytes = Buffer.byteLength(text);
    const [outgoing, quotas] = await Promise.all([
      sealed(sealer, known.form, claims),
      settled(needs, known, released === null ? { records: 0, bytes: 0 } : { records: 1, bytes }),
    ]);
    const asked = commitment(Buffer.from(salt, 'base64url'), request.body);
    return {
      ...known,
      outgoing,
      quotas: [...known.quotas, ...quotas],
      found: released !== null,
      committed: {
        digests: { answer: digest(outgoing.body), released: committed, request: asked },
        sizes: { request: request.bytes, released: bytes, answer: Buffer.byteLength(outgoing.body) },
      },
      personal: { subjects: request.subjects, words: wordsOf(request), salts: { request: salt } },
    };
  };
}

async function sealed(sealer: Sealer, form: AnswerForm, claims: AnswerClaims): Promise<Outgoing> {
  if (form === 'json') return { form, ...(await sealer.sign(claims)) };
  return { form, body: await sealer.seal(claims) };
}

/** While it is sealed, so that it takes no time of its own; what may not leave is thrown away. */
async function settled(
  { quotas, snapshot }: SealNeeds,
  { system, plan }: Pick<Projected, 'system' | 'plan'>,
  size: Pick<Settling, 'records' | 'bytes'>,
): Promise<readonly QuotaState[]> {
  return passedQuotas(await quotas.settle({ ...meteredOf(system, plan, snapshot().quotas), ...size }));
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
