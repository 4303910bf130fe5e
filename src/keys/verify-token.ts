import { compactVerify, importJWK } from 'jose';
import { type AccessToken, CLOCK_SKEW_MS, MAX_TOKEN_LIFETIME_MS, type TokenVerifier } from '../domain/access-token.ts';
import type { Clock } from '../domain/clock.ts';
import { type DataSharing, needsOf } from '../domain/data-sharing.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm, signatureAlgorithmOf } from './algorithms.ts';
import type { JSONWebKeySet, JWK } from './jwk.ts';
import type { TokenKeys } from './token-keys.ts';

export interface TokenVerifierNeeds {
  readonly issuer: string;
  /** `aud`: the exchange of this gateway (RFC 8707). */
  readonly audience: string;
  readonly keys: TokenKeys;
  readonly clock: Clock;
}

/** RFC 9068 §4, with RFC 8725: the algorithm is one of ours and the key's own, `typ` is checked, nothing unknown is critical. */
export function createTokenVerifier({ issuer, audience, keys, clock }: TokenVerifierNeeds): TokenVerifier {
  return {
    verify: async (token) => {
      const header = headerOf(token);
      if (header === undefined) return undefined;
      const key = findKey(await keys.current(), header) ?? findKey(await keys.refreshed(), header);
      if (key === undefined) return undefined;
      const claims = await signedClaims(token, key, header.alg);
      return claims === undefined ? undefined : tokenOf(claims, { issuer, audience, nowMs: clock.now() });
    },
  };
}

interface Header {
  readonly alg: SignatureAlgorithm;
  readonly kid: string;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const TYPES = new Set(['at+jwt', 'application/at+jwt']);

// Extensions that change what is verified, and keys that a token brings along itself. RFC 7515 lets the latter be
// ignored; a token that tries is no token of ours.
const NEVER_IN_HEADER = ['crit', 'b64', 'zip', 'enc', 'jwk', 'jku', 'x5c', 'x5u'];

function headerOf(token: string): Header | undefined {
  // The bits of a last character that are no part of a byte are nobody's: with them a token would have many spellings.
  if (!COMPACT.test(token) || !token.split('.').every(isCanonical)) return undefined;
  const header = strictObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url'));
  if (header === undefined || NEVER_IN_HEADER.some((name) => Object.hasOwn(header, name))) return undefined;
  const { alg, kid, typ } = header;
  const known = SIGNATURE_ALGORITHMS.find((name) => name === alg);
  if (known === undefined || typeof kid !== 'string') return undefined;
  return typeof typ === 'string' && TYPES.has(typ.toLowerCase()) ? { alg: known, kid } : undefined;
}

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** `kid` is compared and nothing else: it never becomes a path, a URL or a query. */
function findKey({ keys }: JSONWebKeySet, { alg, kid }: Header): JWK | undefined {
  const [key, ...others] = keys.filter((candidate) => candidate.kid === kid);
  if (key === undefined || others.length > 0) return undefined;
  const signs = signatureAlgorithmOf(key) === alg && (key.alg ?? alg) === alg && (key.use ?? 'sig') === 'sig';
  return signs ? key : undefined;
}

async function signedClaims(token: string, key: JWK, alg: SignatureAlgorithm): Promise<JsonObject | undefined> {
  try {
    const { payload } = await compactVerify(token, await importJWK(key, alg), { algorithms: [alg] });
    return strictObject(payload);
  } catch {
    return undefined;
  }
}

function strictObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseStrictJson(bytes);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
}

// It goes into the ledger, which is never erased: random is all it may be.
const TOKEN_ID = /^[\w-]{16,128}$/;
const THUMBPRINT = /^[\w-]{43}$/;

function tokenOf(claims: JsonObject, { issuer, audience, nowMs }: Expected): AccessToken | undefined {
  const { iss, aud, sub, client_id: system, jti: id, cnf } = claims;
  const expiresAt = expiryOf(claims, nowMs);
  const thumbprint = isJsonObject(cnf) ? cnf['x5t#S256'] : undefined;
  const forUs = iss === issuer && (isJsonArray(aud) ? aud.includes(audience) : aud === audience);
  // Client credentials: the client speaks for itself (RFC 9068 §2.2).
  if (!forUs || typeof system !== 'string' || sub !== system || expiresAt === undefined) return undefined;
  if (!fits(id, TOKEN_ID) || !fits(thumbprint, THUMBPRINT)) return undefined;
  const narrowed = narrowingOf(claims);
  return narrowed === undefined ? undefined : { id, system, thumbprint, expiresAt, needs: narrowed.needs };
}

function fits(value: JsonValue | undefined, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function narrowingOf(claims: JsonObject): { readonly needs: readonly DataSharing[] | undefined } | undefined {
  const details = claims['authorization_details'];
  if (details === undefined) return { needs: undefined };
  const needs = needsOf(details);
  return needs === undefined ? undefined : { needs };
}

/** When it ends, in milliseconds; undefined if it is not good now, or would be for too long. */
function expiryOf({ exp, iat, nbf = null }: JsonObject, nowMs: number): number | undefined {
  if (typeof exp !== 'number' || typeof iat !== 'number') return undefined;
  if (nbf !== null && (typeof nbf !== 'number' || nbf * 1000 > nowMs + CLOCK_SKEW_MS)) return undefined;
  const begun = iat * 1000 <= nowMs + CLOCK_SKEW_MS;
  const bounded = exp > iat && (exp - iat) * 1000 <= MAX_TOKEN_LIFETIME_MS;
  return begun && bounded && nowMs < exp * 1000 + CLOCK_SKEW_MS ? exp * 1000 : undefined;
}
