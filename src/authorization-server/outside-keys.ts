import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import type { OutsideAddress, OutsideKeys } from '../domain/access-token.ts';
import type { Clock } from '../domain/clock.ts';
import { Problem } from '../domain/problem.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { type JSONWebKeySet, jwksOf } from '../keys/jwk.ts';
import type { TokenKeys } from '../keys/token-keys.ts';

const MAX_BYTES = 65_536;
/** How long a key that the issuer withdrew may still be taken. */
const FRESH_MS = 300_000;
/** Between two looks for a key that is not there: whoever makes up key ids must not make us call the issuer each time. */
const COOL_DOWN_MS = 10_000;

interface Kept {
  readonly set: JSONWebKeySet;
  readonly at: number;
}

/** Keys of an issuer outside. What cannot be read or is older than it may be is no key: then no token is good. */
export function outsideKeys(where: OutsideKeys, clock: Clock): TokenKeys {
  let kept: Kept | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    try {
      kept = { set: await readSet(where), at: clock.now() };
    } catch {
      // What is kept stays what it is, until it is too old.
    } finally {
      lookedAt = clock.now();
      looking = undefined;
    }
  };
  /** One look at a time, whoever waits for it. */
  const look = async (): Promise<void> => {
    if (clock.now() - lookedAt < COOL_DOWN_MS) return;
    looking ??= read();
    await looking;
  };
  const fresh = (): JSONWebKeySet | undefined =>
    kept !== undefined && clock.now() - kept.at < FRESH_MS ? kept.set : undefined;
  const orFail = (set: JSONWebKeySet | undefined): JSONWebKeySet => {
    if (set === undefined) throw new Problem('token.unverifiable', { retryAfterSeconds: COOL_DOWN_MS / 1000 });
    return set;
  };
  return {
    current: async () => {
      if (fresh() === undefined) await look();
      return orFail(fresh());
    },
    refreshed: async () => {
      await look();
      return orFail(fresh());
    },
  };
}

async function readSet(where: OutsideKeys): Promise<JSONWebKeySet> {
  const set = jwksOf(parseStrictJson('file' in where ? readFileSync(where.file) : await download(where)));
  if (set === undefined) throw new TypeError('this is no set of keys');
  return set;
}

/** No redirect is followed, and no more is read or waited for than a set of keys takes. */
async function download({ url, caFile, timeoutMs }: OutsideAddress): Promise<Uint8Array> {
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  const options = {
    ...ca,
    agent: false,
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise say it.
    rejectUnauthorized: true,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { Accept: 'application/json' },
  };
  return await new Promise((resolve, reject) => {
    get(url, options, (response) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      if (response.statusCode !== 200) response.destroy(new TypeError('the issuer does not give its keys'));
      response
        .on('data', (chunk: Uint8Array) => {
          size += chunk.length;
          if (size > MAX_BYTES) response.destroy(new TypeError('the keys of the issuer are too many'));
          else chunks.push(chunk);
        })
        .on('error', reject)
        .on('end', () => resolve(Buffer.concat(chunks)));
    }).on('error', reject);
  });
}
