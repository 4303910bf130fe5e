import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, ShuqiaoClient, ShuqiaoProblem } from '../client/shuqiao-client.ts';
import type { JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { jwkOf } from '../keys/jwk.ts';

export interface Asking {
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
  readonly query: JsonObject;
  readonly fields?: readonly string[];
}

export type Received =
  | { readonly released: true; readonly answer: Answer }
  | { readonly released: false; readonly problem: ShuqiaoProblem };

/** A department's system on a laptop, with its certificate and its keys; it asks once, whatever it is told. */
export async function ask(gateway: string, certsDir: string, { system, ...asking }: Asking): Promise<Received> {
  const file = (name: string): Buffer => readFileSync(join(certsDir, name));
  const sealingKey = jwkOf(parseStrictJson(file(`systems/${system}.private.jwk.json`)));
  if (sealingKey === undefined) throw new TypeError('certs-dev holds no keys');
  const client = new ShuqiaoClient({
    gateway,
    system,
    tls: { ca: file('ca.pem'), cert: file(`systems/${system}.pem`), key: file(`systems/${system}.key.pem`) },
    sealingKeys: [sealingKey],
    retries: { attempts: 1 },
  });
  try {
    return { released: true, answer: await client.exchange(asking) };
  } catch (error) {
    if (error instanceof ShuqiaoProblem) return { released: false, problem: error };
    throw error;
  } finally {
    client.close();
  }
}
