import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import type { Register } from './data/registers.ts';

export interface SourceServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** An example source department: HTTPS for the gateway's certificate only, 200 with the record or 204 without one. */
export async function startSourceServer({ source, path, find }: Register, certsDir: string): Promise<SourceServer> {
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
      answer(req, res, { path, find }).catch(() => res.writeHead(400).end());
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

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { path, find }: Pick<Register, 'path' | 'find'>,
): Promise<void> {
  if (req.method !== 'POST' || req.url !== path) {
    res.writeHead(404).end();
    return;
  }
  const record = find(await readQuery(req));
  if (record === undefined) res.writeHead(204).end();
  else res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(record));
}

async function readQuery(req: IncomingMessage): Promise<JsonObject> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of req) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const query = parseStrictJson(Buffer.concat(chunks));
  return isJsonObject(query) ? query : {};
}
