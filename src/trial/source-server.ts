import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { HEADERS } from '../http/headers.ts';
import { type JSONWebKeySet, jwksOf } from '../keys/jwk.ts';
import { verifyContext } from '../keys/verify-context.ts';
import type { Register } from './data/registers.ts';

export interface SourceServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * An example source department: HTTPS for the gateway's certificate only, and only with a context that the gateway
 * signed for this source and this body. 200 with the record or 204 without one.
 */
export async function startSourceServer(register: Register, certsDir: string): Promise<SourceServer> {
  const { source } = register;
  const pem = (name: string): string => readFileSync(join(certsDir, name), 'utf8');
  const server = createServer(
    {
      cert: pem(`sources/${source}.pem`),
      key: pem(`sources/${source}.key.pem`),
      ca: pem('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (req, res) => {
      answer(req, res, { register, gatewayKeys: () => readGatewayKeys(certsDir) }).catch(() =>
        res.writeHead(400).end(),
      );
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('listening without a port');
  return {
    origin: `https://localhost:${address.port}`,
    close: async () =>
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answering {
  readonly register: Register;
  /** Read for every request: the gateway may have changed them. */
  readonly gatewayKeys: () => JSONWebKeySet;
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { register: { source, path, find }, gatewayKeys }: Answering,
): Promise<void> {
  if (req.method !== 'POST' || req.url !== path) {
    res.writeHead(404).end();
    return;
  }
  const body = await readBody(req);
  try {
    const context = String(req.headers[HEADERS.exchangeContext.name.toLowerCase()] ?? '');
    await verifyContext(context, { gatewayKeys: gatewayKeys(), source, body, nowMs: Date.now() });
  } catch {
    res.writeHead(401).end();
    return;
  }
  const record = find(queryOf(body));
  if (record === undefined) res.writeHead(204).end();
  else res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(record));
}

function readGatewayKeys(certsDir: string): JSONWebKeySet {
  return jwksOf(parseStrictJson(readFileSync(join(certsDir, 'gateway.jwks.json')))) ?? { keys: [] };
}

async function readBody(req: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of req) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function queryOf(body: Uint8Array): JsonObject {
  const query = parseStrictJson(body);
  return isJsonObject(query) ? query : {};
}
