import { InvalidClientAuth } from 'oidc-provider/lib/helpers/errors.js';
import { CLOCK_SKEW_MS } from '../domain/access-token.ts';
import type { Clock } from '../domain/clock.ts';
import type { OneUseIds } from '../domain/one-use-ids.ts';

export interface AssertionNeeds {
  readonly issuer: string;
  readonly clock: Clock;
  readonly usedIds: OneUseIds;
}

/** What an assertion says, its signature and `iss` verified. */
export interface Assertion {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly typ: unknown;
}

/** Beyond it an assertion is refused, so that no used id is kept for longer (RFC 7523 §3, 4.: "reasonable"). */
const MAX_ASSERTION_MS = 300_000;
const MAX_ASSERTION_ID = 256;
const ASSERTION_TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt'];

/**
 * Takes an assertion that is meant for this issuer, now, and uses up its id: in one step, where oidc-provider has two
 * between which of two gateways each would find nothing.
 * @throws InvalidClientAuth, or Problem `ledger.unwritable`
 */
export async function useAssertion(
  { claims, typ }: Assertion,
  { issuer, clock, usedIds }: AssertionNeeds,
): Promise<void> {
  const { iss, aud, exp, nbf = 0, jti } = claims;
  const named = typeof jti === 'string' && jti.length <= MAX_ASSERTION_ID;
  // One audience, the issuer: an assertion meant for another server as well could be brought here by that server.
  if (aud !== issuer || !named || !ASSERTION_TYPES.includes(typ) || !isTimely(exp, nbf, clock.now()))
    throw new InvalidClientAuth(
      'the assertion is for another audience, not for now, lives too long or is of another type',
    );
  // For longer than it is good, because it is the clock of the database that forgets.
  if (!(await usedIds.use(String(iss), jti, Number(exp) * 1000 + 2 * CLOCK_SKEW_MS)))
    throw new InvalidClientAuth('client assertion tokens must only be used once');
}

function isTimely(exp: unknown, nbf: unknown, nowMs: number): boolean {
  if (typeof exp !== 'number' || typeof nbf !== 'number') return false;
  const left = exp * 1000 - nowMs;
  return nbf * 1000 <= nowMs + CLOCK_SKEW_MS && left > -CLOCK_SKEW_MS && left <= MAX_ASSERTION_MS;
}
