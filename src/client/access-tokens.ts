import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { signatureAlgorithmOf } from './allowed.ts';
import type { Connection, Reply } from './connection.ts';
import { type RetryPolicy, retrying } from './retrying.ts';
import { problemOf } from './shuqiao-problem.ts';
import { ShuqiaoTokenRefused } from './shuqiao-token-refused.ts';
import { ShuqiaoUnreachable } from './shuqiao-unreachable.ts';

/** What a token can be narrowed to (RFC 9396). */
export interface Need {
  readonly contract: string;
  readonly purpose: string;
}

export interface AccessTokenNeeds {
  readonly connection: Connection;
  readonly endpoint: string;
  readonly system: string;
  /** What proves the system: undefined for its certificate alone. */
  readonly assertion: { readonly key: JWK; readonly issuer: string } | undefined;
  readonly retries: RetryPolicy;
  readonly now: () => number;
}

export interface AccessTokens {
  /** @throws ShuqiaoTokenRefused, ShuqiaoProblem, ShuqiaoUnreachable */
  get(need: Need | undefined): Promise<string>;
  /** The gateway took it for none: it is not used again. */
  drop(token: string): Promise<void>;
}

interface Token {
  readonly token: string;
  readonly goodUntil: number;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** The gateway takes none that live for longer than five minutes. */
const ASSERTION_SECONDS = 60;
/** A token that ends on the way is refused. */
const MAX_MARGIN_MS = 30_000;

/** One for each need, until shortly before it ends; whoever asks while one is being fetched waits for that one. */
export function accessTokens(needs: AccessTokenNeeds): AccessTokens {
  const held = new Map<string, Promise<Token>>();
  return {
    get: async (need) => {
      const name = JSON.stringify([need?.contract, need?.purpose]);
      const known = held.get(name);
      const token = await known;
      if (token !== undefined && needs.now() < token.goodUntil) return token.token;
      // Somebody else may have asked for a new one while this one was looked at.
      const current = held.get(name);
      const fetching = current === undefined || current === known ? fetchToken(needs, need) : current;
      held.set(name, fetching);
      try {
        return (await fetching).token;
      } catch (error) {
        if (held.get(name) === fetching) held.delete(name);
        throw error;
      }
    },
    drop: async (token) => {
      for (const [name, holding] of held) {
        const known = await holding.catch(() => {});
        if (known?.token === token && held.get(name) === holding) held.delete(name);
      }
    },
  };
}

async function fetchToken(needs: AccessTokenNeeds, need: Need | undefined): Promise<Token> {
  return await retrying(needs.retries, {
    // A second token does no harm, and a second assertion has an id of its own.
    repeatable: true,
    signal: undefined,
    attempt: async () => {
      const askedAt = needs.now();
      const reply = await needs.connection.send({
        url: needs.endpoint,
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        body: new URLSearchParams(await formOf(needs, need)).toString(),
      });
      return tokenOf(reply, askedAt);
    },
  });
}

async function formOf({ system, assertion, now }: AccessTokenNeeds, need: Need | undefined) {
  return {
    grant_type: 'client_credentials',
    ...(need === undefined ? {} : { authorization_details: JSON.stringify([{ type: 'data_sharing', ...need }]) }),
    ...(assertion === undefined
      ? { client_id: system }
      : { client_assertion_type: ASSERTION_TYPE, client_assertion: await sign(system, assertion, now()) }),
  };
}

/** RFC 7523 §3, good once and for a minute. */
async function sign(
  system: string,
  { key, issuer }: NonNullable<AccessTokenNeeds['assertion']>,
  now: number,
): Promise<string> {
  const alg = signatureAlgorithmOf(key);
  if (alg === undefined) throw new TypeError('assertions are not signed with a key of this kind');
  const issuedAt = Math.floor(now / 1000);
  return await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, kid: await calculateJwkThumbprint(key), typ: 'JWT' })
    .setIssuer(system)
    .setSubject(system)
    .setAudience(issuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .sign(await importJWK(key, alg));
}

function tokenOf(reply: Reply, askedAt: number): Token {
  const problem = problemOf(reply);
  if (problem !== undefined) throw problem;
  const { access_token: token, expires_in: seconds, token_type: type, error } = objectOf(reply);
  if (reply.status !== 200) {
    if (typeof error === 'string' && /^[a-z_]+$/.test(error)) throw new ShuqiaoTokenRefused(error, reply.status);
    throw new ShuqiaoUnreachable('unknown', 'NOT_A_GATEWAY');
  }
  const usable = typeof token === 'string' && /^[\w.~+/-]+=*$/.test(token) && typeof type === 'string';
  if (!usable || !/^bearer$/i.test(type)) throw new ShuqiaoTokenRefused('unusable_token', reply.status);
  const lifeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
  return { token, goodUntil: askedAt + lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 5) };
}

function objectOf({ body }: Reply): JsonObject {
  try {
    const value = parseStrictJson(body);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
