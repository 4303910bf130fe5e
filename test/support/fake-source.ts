import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { inject } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';

export type Behaviour = (req: IncomingMessage, res: ServerResponse, query: JsonObject) => void;

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the gateway showed a certificate that the source trusts. */
  readonly certified: boolean;
}

export interface FakeSourceOptions {
  /** What a source without mutual TLS does not. */
  readonly requestCert?: boolean;
}

/** A source department that does what a test tells it, over real TLS. It shows any certificate of certs-dev. */
export interface FakeSource {
  readonly origin: string;
  /** Queries it was asked, in order. */
  readonly asked: JsonObject[];
  /** The requests in which it was asked them, as they came. */
  readonly received: Received[];
  /** Connections open now. */
  readonly open: () => number;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export async function startFakeSource(
  behaviour: Behaviour,
  { requestCert = true }: FakeSourceOptions = {},
): Promise<FakeSource> {
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  const certificate = 'sources/public-security.population-register';
  const asked: JsonObject[] = [];
  const received: Received[] = [];
  const sockets = new Set<Duplex>();
  // Counted where TLS stands: the socket below it does not always tell that it was closed.
  const secured = new Set<Duplex>();
  let current = behaviour;
  const server = createServer(
    {
      cert: pem(`${certificate}.pem`),
      key: pem(`${certificate}.key.pem`),
      ca: pem('ca.pem'),
      requestCert,
      rejectUnauthorized: requestCert,
    },
    (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const body = Buffer.concat(chunks);
        const query = JSON.parse(body.toString('utf8')) as JsonObject;
        const { method, url, headers, socket } = req;
        received.push({ method, url, headers, body, certified: socket instanceof TLSSocket && socket.authorized });
        asked.push(query);
        current(req, res, query);
      });
    },
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.on('secureConnection', (socket) => {
    secured.add(socket);
    socket.on('close', () => secured.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    received,
    open: () => secured.size,
    behave: (next) => (current = next),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with this record. */
export function record(value: unknown, headers: Record<string, string> = {}): Behaviour {
  return (_req, res) =>
    res.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** Answers with this status and nothing else. */
export function status(code: number, headers: Record<string, string> = {}): Behaviour {
  return (_req, res) => res.writeHead(code, headers).end();
}
