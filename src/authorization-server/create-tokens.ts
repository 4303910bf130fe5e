import type { Middleware } from 'koa';
import type { TokenVerifier } from '../domain/access-token.ts';
import type { RequestState } from '../http/context.ts';
import type { TokenKeys } from '../keys/token-keys.ts';
import { createTokenVerifier } from '../keys/verify-token.ts';
import { type OutsideKeys, outsideKeys } from './outside-keys.ts';
import { type AuthorizationServerNeeds, serveTokens } from './serve-tokens.ts';

export interface TokensNeeds extends Omit<AuthorizationServerNeeds, 'keys'> {
  /** The public keys of `signing`, those that signed tokens that are still good among them. */
  readonly ownKeys: TokenKeys;
  /** Then nothing is issued here. */
  readonly outside: OutsideKeys | undefined;
}

export interface Tokens {
  readonly verifier: TokenVerifier;
  /** The token endpoint; undefined if an issuer outside has one. */
  readonly serve: Middleware<RequestState> | undefined;
}

/** Access tokens of this gateway: who issues them, and what verifies them. */
export function createTokens({ outside, ownKeys, ...needs }: TokensNeeds): Tokens {
  const { issuer, resource: audience, clock } = needs;
  const keys = outside === undefined ? ownKeys : outsideKeys(outside, clock);
  return {
    verifier: createTokenVerifier({ issuer, audience, keys, clock }),
    serve: outside === undefined ? serveTokens({ ...needs, keys }) : undefined,
  };
}
