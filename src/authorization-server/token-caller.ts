import { AsyncLocalStorage } from 'node:async_hooks';
import type { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from '../domain/party.ts';

/** Who asks for a token, as TLS proved it and as the request says it means to prove itself. */
export interface TokenCaller {
  readonly peer: PeerCertificate;
  /** The same, as it came: what the token is bound to. */
  readonly certificate: X509Certificate;
  readonly method: 'private_key_jwt' | 'tls_client_auth';
}

/**
 * Of the request under way. oidc-provider finds a client by its id alone and knows one method for each; here a system
 * may use either, and only over its own certificate.
 */
export const tokenCaller = new AsyncLocalStorage<TokenCaller>();
