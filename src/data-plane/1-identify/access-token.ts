import type { AccessToken, TokenVerifier } from '../../domain/access-token.ts';
import type { PeerCertificate, System } from '../../domain/party.ts';
import { Problem } from '../../domain/problem.ts';

/** RFC 6750 §2.1; what is no token in form costs no look at it. */
const BEARER = /^Bearer +([\w.-]+)$/i;

// A token narrowed to as many needs as one can be has half of it.
const MAX_AUTHORIZATION = 8192;

/**
 * The access token of a request: good now, of the system that the certificate names, and bound to that certificate
 * (RFC 8705 §3). Which of it does not hold is not said: a caller that has the right token has no use for it.
 * @throws Problem `token.missing`, `token.invalid` or `token.unverifiable`
 */
export async function accessTokenOf(
  authorization: readonly string[],
  tokens: TokenVerifier,
  { system, peer }: { readonly system: System; readonly peer: PeerCertificate },
): Promise<AccessToken> {
  const [only, ...others] = authorization;
  if (only === undefined) throw new Problem('token.missing');
  const [, sent] = others.length === 0 && only.length <= MAX_AUTHORIZATION ? (BEARER.exec(only) ?? []) : [];
  const token = sent === undefined ? undefined : await tokens.verify(sent);
  if (token === undefined || token.system !== system.id || token.thumbprint !== peer.thumbprint)
    throw new Problem('token.invalid');
  return token;
}
