import { DATA_SHARING } from '../domain/data-sharing.ts';
import type { JsonObject } from '../domain/json.ts';
import { SIGNATURE_ALGORITHMS } from '../keys/algorithms.ts';
import { TOKEN_PATH } from './create-provider.ts';

export const JWKS_PATH = '/oauth/jwks';

/** RFC 8414. Our own: oidc-provider's names endpoints that are switched off, at whatever host the request named. */
export function metadataOf(issuer: string, resource: string): JsonObject {
  return {
    issuer,
    token_endpoint: `${issuer}${TOKEN_PATH}`,
    jwks_uri: `${issuer}${JWKS_PATH}`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'],
    token_endpoint_auth_signing_alg_values_supported: [...SIGNATURE_ALGORITHMS],
    tls_client_certificate_bound_access_tokens: true,
    authorization_details_types_supported: [DATA_SHARING],
    protected_resources: [resource],
  };
}
