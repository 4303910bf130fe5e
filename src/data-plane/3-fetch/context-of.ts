import type { ContextClaims } from '../../domain/source-context.ts';
import { digest } from '../../keys/commitment.ts';
import type { Authorized } from '../states.ts';

export interface ContextFacts {
  readonly gatewayId: string;
  /** When the source is asked. */
  readonly nowMs: number;
  /** The body as sent. */
  readonly body: Uint8Array;
}

/** Longer than a source is waited for by default, with room for clocks that differ; a call is good once anyway. */
const LIFETIME_SECONDS = 60;

/** What the source is told of an exchange. */
export function contextOf(
  { exchange, system, plan }: Pick<Authorized, 'exchange' | 'system' | 'plan'>,
  { gatewayId, nowMs, body }: ContextFacts,
): ContextClaims {
  const { contract, grant, purpose } = plan;
  const iat = Math.floor(nowMs / 1000);
  const bases = purpose.legalBasis.filter(
    ({ validUntil }) => validUntil === undefined || nowMs < Date.parse(validUntil),
  );
  return {
    iss: gatewayId,
    aud: contract.source.id,
    jti: exchange,
    iat,
    exp: iat + LIFETIME_SECONDS,
    system: system.id,
    department: system.department,
    purpose: purpose.id,
    legalBases: bases.map(({ id }) => id),
    contract: contract.id,
    contractVersion: contract.version,
    grant: grant.id,
    requestDigest: digest(body),
  };
}
