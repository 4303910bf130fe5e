import { type AccessToken, CLOCK_SKEW_MS, type TokenVerifier } from '../../domain/access-token.ts';
import type { Clock } from '../../domain/clock.ts';
import { digest } from '../../keys/commitment.ts';

// Some five megabytes; the systems of a province have one token each under way.
const MAX_REMEMBERED = 10_000;

/**
 * Remembers tokens that were verified, by their digest, until they expire; the one not used for longest goes first. It
 * answers only what a signature proves: whether a token is frozen is asked for every request, of the database.
 */
export function verifiedTokens(verifier: TokenVerifier, clock: Clock, maxRemembered = MAX_REMEMBERED): TokenVerifier {
  const remembered = new Map<string, AccessToken>();
  return {
    verify: async (token) => {
      // A digest: what is kept here is of no use to whoever reads the memory of the process.
      const name = digest(token);
      const known = remembered.get(name);
      remembered.delete(name);
      const verified = known === undefined || hasExpired(known, clock) ? await verifier.verify(token) : known;
      if (verified === undefined) return undefined;
      remembered.set(name, verified);
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
      return verified;
    },
  };
}

function hasExpired({ expiresAt }: AccessToken, clock: Clock): boolean {
  return clock.now() >= expiresAt + CLOCK_SKEW_MS;
}
