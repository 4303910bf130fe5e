import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { inject } from 'vitest';
import { REGISTRATION, tokenIfAny } from './harness.ts';

/** A connection to the exchange listener below HTTP, for requests that no client would send. */
export interface RawConnection {
  readonly socket: TLSSocket;
  /** All that came so far. */
  readonly received: () => string;
  readonly closed: () => boolean;
  /** As UTF-8, or a byte for each character. */
  send(text: string, encoding?: 'utf8' | 'latin1'): void;
  /** Resolves when the other side closed the connection. */
  ended(): Promise<void>;
}

// Put in when it is sent: a request may be written before there is anybody to get a token of.
const TOKEN = '{token}';

/** As a registered system, or with whatever else TLS can be told. */
export async function connectRaw(
  origin: string,
  system = REGISTRATION,
  options: ConnectionOptions = {},
): Promise<RawConnection> {
  const { cert, key } = options;
  const own = typeof cert === 'string' && typeof key === 'string' ? { certificate: { cert, key } } : {};
  const token = (await tokenIfAny(origin, { system, ...own })) ?? 'none';
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  const { hostname, port } = new URL(origin);
  const socket = connect({
    host: hostname,
    port: Number(port),
    servername: hostname,
    ca: pem('ca.pem'),
    cert: pem(`systems/${system}.pem`),
    key: pem(`systems/${system}.key.pem`),
    ...options,
  });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  // A reset is one of the ways in which the other side may close.
  socket.on('error', () => {});
  return {
    socket,
    received: () => text,
    closed: () => socket.closed,
    send: (piece, encoding = 'utf8') => socket.write(piece.replaceAll(TOKEN, token), encoding),
    ended: async () => await closed,
  };
}

/** A request as bytes; `Content-Length` is what the body has unless it is said otherwise. */
export function rawRequest(
  path: string,
  body: string,
  { method = 'POST', headers = {} }: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): string {
  const all = {
    Host: 'localhost',
    Authorization: `Bearer ${TOKEN}`,
    'Content-Type': 'application/json',
    ...(headers['Transfer-Encoding'] === undefined ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** The status of every answer in what came, in order. */
export function statuses(received: string): readonly number[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status)).filter(
    (status) => status !== 100,
  );
}
