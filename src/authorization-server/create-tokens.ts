import type { Middleware } from 'koa';
import type { OutsideKeys, TokenVerifier } from '../domain/access-token.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import type { RequestState } from '../http/context.ts';
import type { TokenKeys } from '../keys/token-keys.ts';
import { createTokenVerifier } from '../keys/verify-token.ts';
import { outsideKeys } from './outside-keys.ts';
import { type AuthorizationServerNeeds, serveTokens } from './serve-tokens.ts';

export interface TokensNeeds extends AuthorizationServerNeeds {
  /** Set, nothing is issued here. */
  readonly outside: OutsideKeys | undefined;
}

export interface Tokens {
  readonly verifier: TokenVerifier;
  /** The token endpoint; undefined if an issuer outside has one. */
  readonly serve: Middleware<RequestState> | undefined;
}

/** Access tokens of this gateway: who issues them, and what verifies them. */
export function createTokens(needs: TokensNeeds): Tokens {
  const { issuer, resource: audience, clock, ring, outside } = needs;
  const keys = outside === undefined ? keysOf(ring) : outsideKeys(outside, clock);
  return {
    verifier: createTokenVerifier({ issuer, audience, keys, clock }),
    serve: outside === undefined ? serveTokens(needs) : undefined,
  };
}

/** The ring is its own and never more than a second behind: there is nothing to look for again. */
function keysOf(ring: KeyRing): TokenKeys {
  const current: TokenKeys['current'] = async () => ({ keys: [...(await ring.published('token'))] });
  return { current, refreshed: current };
}
