import type { JSONWebKeySet, JWK } from 'jose';
import { isJsonArray, isJsonObject, type JsonValue } from '../domain/json.ts';
import type { PublicJwk } from '../domain/public-jwk.ts';

export type { JSONWebKeySet, JWK } from 'jose';

const MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'kid', 'alg', 'use'] as const;

/** RFC 7517: the members that the gateway uses; undefined if it is no key. */
export function jwkOf(value: JsonValue): JWK | undefined {
  if (!isJsonObject(value) || typeof value['kty'] !== 'string') return undefined;
  const jwk: JWK = { kty: value['kty'] };
  for (const name of MEMBERS) {
    const member = value[name];
    if (typeof member === 'string') jwk[name] = member;
  }
  return jwk;
}

export function jwksOf(value: JsonValue): JSONWebKeySet | undefined {
  if (!isJsonObject(value) || !isJsonArray(value['keys'])) return undefined;
  return { keys: value['keys'].flatMap((key) => jwkOf(key) ?? []) };
}

/** A key without whatever else stands with it, its private half above all. */
export function publicJwkOf({ kty = '', crv, x, y, n, e }: Partial<PublicJwk>): PublicJwk {
  const present = Object.entries({ crv, x, y, n, e }).filter(([, member]) => member !== undefined);
  return { kty, ...Object.fromEntries(present) };
}
