import { createLocalJWKSet, jwtVerify } from 'jose';
import { CONTEXT_TYPE } from '../domain/source-context.ts';
import { SIGNATURE_ALGORITHMS } from './algorithms.ts';
import { digest } from './commitment.ts';
import type { JSONWebKeySet } from './jwk.ts';

export interface ContextExpectations {
  /** The public keys of the gateway. */
  readonly gatewayKeys: JSONWebKeySet;
  /** Who is asked: its own id. */
  readonly source: string;
  /** The body as it came. */
  readonly body: Uint8Array;
  readonly nowMs: number;
}

/** How far the clock of a source may be off, in seconds. */
const TOLERANCE = 5;

/**
 * What a source does before it answers: is this from the gateway, for me, now, and about this body?
 * @throws jose's errors, or TypeError if it is about another body
 */
export async function verifyContext(
  context: string,
  { gatewayKeys, source, body, nowMs }: ContextExpectations,
): Promise<void> {
  const { payload } = await jwtVerify(context, createLocalJWKSet(gatewayKeys), {
    algorithms: [...SIGNATURE_ALGORITHMS],
    typ: CONTEXT_TYPE,
    audience: source,
    requiredClaims: ['iss', 'jti', 'iat', 'exp'],
    clockTolerance: TOLERANCE,
    currentDate: new Date(nowMs),
  });
  if (payload['requestDigest'] !== digest(body)) throw new TypeError('the context is about another body');
}
