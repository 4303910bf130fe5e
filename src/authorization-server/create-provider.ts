import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Configuration, JWTStructured } from 'oidc-provider';
import { InvalidAuthorizationDetails, InvalidTarget } from 'oidc-provider/lib/helpers/errors.js';
import { ExternalSigningKey } from 'oidc-provider/lib/helpers/keystore.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { Clock } from '../domain/clock.ts';
import { DATA_SHARING, needsOf } from '../domain/data-sharing.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Signer } from '../domain/key-ring.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { SIGNATURE_ALGORITHMS } from '../keys/algorithms.ts';
import { type ClientNeeds, createStorage, subjectOf } from './clients.ts';
import { tokenCaller } from './token-caller.ts';
import { type AssertionNeeds, useAssertion } from './use-assertion.ts';

export interface ProviderNeeds extends ClientNeeds, AssertionNeeds {
  readonly resource: string;
  readonly ttlSeconds: number;
}

export const TOKEN_PATH = '/oauth/token';

/** oidc-provider knows no clock but that of the machine, so it is not asked about time: `useAssertion` is. */
const ANY_TIME_SECONDS = 1e10;

const off = { enabled: false } as const;

/** oidc-provider with the token endpoint for client credentials and nothing else. It is made anew when its key is another. */
export function createProvider(needs: ProviderNeeds, signer: Signer): Provider {
  const { issuer, clock } = needs;
  const algorithms = [...SIGNATURE_ALGORITHMS];
  return new Provider(issuer, {
    adapter: createStorage(needs),
    jwks: { keys: [externalKey(signer)] },
    clientAuthMethods: ['private_key_jwt', 'tls_client_auth'],
    clientDefaults: { id_token_signed_response_alg: signer.alg },
    enabledJWA: { clientAuthSigningAlgValues: algorithms, idTokenSigningAlgValues: algorithms },
    clockTolerance: ANY_TIME_SECONDS,
    responseTypes: [],
    scopes: [],
    claims: {},
    routes: { token: TOKEN_PATH },
    ttl: { ClientCredentials: needs.ttlSeconds },
    features: featuresOf(needs, signer),
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, { typ }) => await useAssertion({ claims, typ }, needs),
    formats: { customizers: { jwt: (_ctx, _token, jwt) => keepTime(jwt, clock) } },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  });
}

function featuresOf(
  { snapshot, resource, ttlSeconds }: ProviderNeeds,
  { alg, kid }: Signer,
): NonNullable<Configuration['features']> {
  return {
    clientCredentials: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      tlsClientAuth: true,
      // Who is in there was authorized: whoever TLS did not prove does not get this far.
      getCertificate: () => tokenCaller.getStore()?.certificate,
      certificateAuthorized: () => tokenCaller.getStore() !== undefined,
      certificateSubjectMatches: (_ctx, property, expected) => {
        const { peer } = tokenCaller.getStore() ?? {};
        return peer !== undefined && property === 'tls_client_auth_subject_dn' && subjectOf(peer) === expected;
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: (_ctx, asked) => {
        if (asked !== resource) throw new InvalidTarget('there is one resource, the exchange of this gateway');
        return {
          scope: '',
          audience: resource,
          accessTokenTTL: ttlSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg, kid } },
        };
      },
    },
    richAuthorizationRequests: {
      enabled: true,
      types: { [DATA_SHARING]: { validate: () => {} } },
      // Here and not in `validate`, which sees them one by one and after a parser that takes the last of two equal keys.
      authorizationDetailsForAccessToken: ({ oidc: { params, client } }) => {
        const needs = needsOf(detailsOf(params?.['authorization_details']));
        const system = client?.clientId;
        const granted =
          system !== undefined && needs?.every((need) => snapshot().findPlan({ system, ...need }) !== undefined);
        // One answer whether the contract, the purpose or the grant is what does not exist (docs/decisions/0004).
        if (needs === undefined || granted !== true)
          throw new InvalidAuthorizationDetails('authorization_details are no needs that the system has grants for');
        return needs.map((need) => ({ type: DATA_SHARING, ...need }));
      },
      // Asked for by the type of the configuration; of grants that are switched off.
      authorizationDetailsForGrantSource: () => undefined,
    },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    devInteractions: off,
    userinfo: off,
    claimsParameter: off,
    dPoP: off,
    rpInitiatedLogout: off,
    pushedAuthorizationRequests: off,
  };
}

function detailsOf(text: unknown): JsonValue {
  try {
    return parseStrictJson(Buffer.from(String(text)));
  } catch {
    return null;
  }
}

/** By the clock that verifies them. */
function keepTime({ payload }: JWTStructured, clock: Clock): void {
  const { iat, exp } = payload;
  if (typeof iat !== 'number' || typeof exp !== 'number') throw new TypeError('a token without times');
  const issuedAt = Math.floor(clock.now() / 1000);
  Object.assign(payload, { iat: issuedAt, exp: issuedAt + exp - iat });
}

function externalKey(signer: Signer): ExternalSigningKey {
  class Key extends ExternalSigningKey {
    override get kid(): string {
      return signer.kid;
    }
    override get alg(): Signer['alg'] {
      return signer.alg;
    }
    override keyObject(): KeyObject {
      return createPublicKey({ key: { ...signer.publicJwk }, format: 'jwk' });
    }
    override async sign(data: Uint8Array): Promise<Uint8Array> {
      return await signer.sign(data);
    }
  }
  return new Key();
}
