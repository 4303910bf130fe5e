import type { JSONWebKeySet, JWK } from 'jose';
import { isJsonArray, isJsonObject, type JsonValue } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { signatureAlgorithmOf } from './allowed.ts';
import type { Connection } from './connection.ts';
import { type RetryPolicy, retrying } from './retrying.ts';
import { problemOf } from './shuqiao-problem.ts';
import { ShuqiaoUnreachable } from './shuqiao-unreachable.ts';

/** The keys that the gateway signs answers with. */
export interface GatewayKeys {
  /** Has them, no older than they may be. */
  ready(): Promise<void>;
  find(kid: string): Promise<JWK | undefined>;
}

/** Nothing but these, whatever the gateway publishes: changing them is for who gave them. */
export function pinnedKeys({ keys }: JSONWebKeySet): GatewayKeys {
  return { ready: async () => {}, find: async (kid) => keys.find((key) => key.kid === kid) };
}

export interface PublishedKeysNeeds {
  readonly connection: Connection;
  readonly url: string;
  readonly retries: RetryPolicy;
  readonly now: () => number;
}

/** As long as the gateway says that they may be kept; it publishes a key for longer than that before it signs with it. */
const MAX_AGE_MS = 300_000;
/** Between two looks for a key that is not there: answers that name made-up keys cost the gateway no more than this. */
const COOL_DOWN_MS = 30_000;

/** From the well-known place of the gateway, over the same connection. */
export function publishedKeys(needs: PublishedKeysNeeds): GatewayKeys {
  let known: ReadonlyMap<string, JWK> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    reading ??= (async () => {
      try {
        known = await fetchKeys(needs);
        readAt = needs.now();
      } finally {
        reading = undefined;
      }
    })();
    await reading;
  };
  const age = (): number => needs.now() - readAt;
  return {
    ready: async () => {
      if (age() >= MAX_AGE_MS) await read();
    },
    find: async (kid) => {
      if (!known.has(kid) && age() >= COOL_DOWN_MS) await read();
      return known.get(kid);
    },
  };
}

async function fetchKeys({ connection, url, retries }: PublishedKeysNeeds): Promise<ReadonlyMap<string, JWK>> {
  const keys = await retrying(retries, {
    repeatable: true,
    signal: undefined,
    attempt: async () => {
      const reply = await connection.send({ url, method: 'GET', headers: { Accept: 'application/jwk-set+json' } });
      const problem = problemOf(reply);
      if (problem !== undefined) throw problem;
      const keys = reply.status === 200 ? keysOf(reply.body) : undefined;
      if (keys === undefined) throw new ShuqiaoUnreachable('unknown', 'NOT_A_GATEWAY');
      return keys;
    },
  });
  return new Map(keys.flatMap(signingKeyOf));
}

function keysOf(body: Uint8Array): readonly JsonValue[] | undefined {
  try {
    const set = parseStrictJson(body);
    return isJsonObject(set) && isJsonArray(set['keys']) ? set['keys'] : undefined;
  } catch {
    return undefined;
  }
}

/** What is of no use to this client is passed over, as RFC 7517 §5 has it. */
function signingKeyOf(key: JsonValue): readonly (readonly [string, JWK])[] {
  if (!isJsonObject(key)) return [];
  const { kty, crv, x, y, kid, use } = key;
  if (typeof kty !== 'string' || typeof crv !== 'string' || typeof x !== 'string' || typeof kid !== 'string') return [];
  const jwk: JWK = { kty, crv, x, kid, ...(typeof y === 'string' ? { y } : {}) };
  return use === 'sig' && signatureAlgorithmOf(jwk) !== undefined ? [[kid, jwk]] : [];
}
