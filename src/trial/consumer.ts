import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { jwkOf, jwksOf } from '../keys/jwk.ts';
import { openAnswer } from '../keys/open.ts';

export interface Asking {
  readonly system: string;
  readonly path: string;
  readonly body: JsonObject;
}

export type Received =
  | { readonly released: true; readonly claims: JsonObject; readonly receiptIndex: number }
  | { readonly released: false; readonly problem: JsonObject };

/** A department's system on a laptop: it gets a token and calls with its certificate, and opens the answer with its key. */
export async function ask(gatewayUrl: string, certsDir: string, { system, path, body }: Asking): Promise<Received> {
  const file = (name: string): Buffer => readFileSync(join(certsDir, name));
  const tls = { ca: file('ca.pem'), cert: file(`systems/${system}.pem`), key: file(`systems/${system}.key.pem`) };
  const token = await getToken(gatewayUrl, system, tls);
  const reply = await post(`${gatewayUrl}${path}`, {
    tls,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Accept: 'application/jose' },
    body: JSON.stringify(body),
  });
  if (reply.status !== 200) return { released: false, problem: objectOf(reply.body) };
  const privateJwk = jwkOf(parseStrictJson(file(`systems/${system}.private.jwk.json`)));
  const gatewayKeys = jwksOf(parseStrictJson(file('gateway.jwks.json')));
  if (privateJwk === undefined || gatewayKeys === undefined) throw new TypeError('certs-dev holds no keys');
  const claims = await openAnswer(reply.body.toString('utf8'), { privateJwk, gatewayKeys });
  return { released: true, claims, receiptIndex: reply.receiptIndex };
}

/** By the certificate alone (RFC 8705 §2.1); the token is bound to it. */
async function getToken(gatewayUrl: string, system: string, tls: ClientTls): Promise<string> {
  const { body } = await post(`${gatewayUrl}/oauth/token`, {
    tls,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: system }).toString(),
  });
  const { access_token: token } = objectOf(body);
  if (typeof token !== 'string') throw new TypeError('the gateway gave no token');
  return token;
}

interface Reply {
  readonly status: number;
  readonly receiptIndex: number;
  readonly body: Buffer;
}

interface ClientTls {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface Posting {
  readonly tls: ClientTls;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function post(url: string, { tls, headers, body }: Posting): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    request(url, { ...tls, method: 'POST', agent: false, headers }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            receiptIndex: Number(response.headers['receipt-index']),
            body: Buffer.concat(chunks),
          }),
        );
    })
      .on('error', reject)
      .end(body);
  });
}

function objectOf(body: Buffer): JsonObject {
  const value = parseStrictJson(body);
  return isJsonObject(value) ? value : {};
}
