import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { FaultsError } from '../domain/fault.ts';
import type { NameNeeds } from './name-request.ts';
import type { ConnectionLimits } from './overload/connection-limits.ts';
import { refusePlainHttp } from './plain-http.ts';
import { type ServerTls, tlsOptions } from './tls-options.ts';

export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  readonly url: string;
  /** Takes no new connection and lets the requests under way end, up to the time given; then cuts them off. */
  close(graceMs: number): Promise<void>;
}

// A head of 16 KiB, ten seconds to send it: more is no caller of ours. Bodies have their own limits (read-body.ts).
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};

/** Who asks how the gateway is, is few; and whatever leaks connections there leaves the exchange listener its own. */
const INNER_CONNECTIONS = 256;
/** Between two looks at connections that have become idle, while stopping. */
const IDLE_LOOK_MS = 50;

export interface TlsListener extends Listener {
  /** For connections that begin from now on; those that are open go on as they are. */
  replaceTls(tls: ServerTls): void;
}

export interface TlsNeeds extends NameNeeds {
  readonly tls: ServerTls;
  /** None where only few can reach it. */
  readonly connections?: ConnectionLimits;
}

export async function listenTls(handler: RequestListener, at: ListenAt, needs: TlsNeeds): Promise<TlsListener> {
  const server = createHttpsServer(
    {
      ...LIMITS,
      ...tlsOptions(needs.tls),
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: 10_000,
      // Not rejected in the handshake but refused by stage 1: a caller without a good certificate gets an answer that
      // says so, and the ledger an entry.
      requestCert: true,
      rejectUnauthorized: false,
    },
    handler,
  );
  refusePlainHttp(server, needs);
  needs.connections?.watch(server);
  const listener = await listen(server, at, 'https');
  const close = async (graceMs: number): Promise<void> => {
    // A connection that proves nothing is none that the server could close by itself.
    const cut = setTimeout(() => needs.connections?.dropUnproven(), graceMs);
    await listener.close(graceMs);
    clearTimeout(cut);
  };
  return { ...listener, close, replaceTls: (tls) => server.setSecureContext(tlsOptions(tls)) };
}

/** For listeners that only this machine or its inner network reaches. */
export async function listenPlain(handler: RequestListener, at: ListenAt): Promise<Listener> {
  const server = createHttpServer(LIMITS, handler);
  server.maxConnections = INNER_CONNECTIONS;
  return await listen(server, at, 'http');
}

async function listen(server: Server, { host, port }: ListenAt, scheme: string): Promise<Listener> {
  server.on('clientError', answerBrokenHttp);
  // By default Node passes over every header after the two-thousandth in silence. Their size bounds how many there are.
  server.maxHeadersCount = 0;
  // Every request of a connection listens for its end; a caller may have more than ten under way on one (pipelining).
  server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => socket.setMaxListeners(0));
  // Node would answer 417 by itself; what else a caller expects changes nothing (RFC 9110 §10.1.1).
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(addressFault(error, `${host}:${port}`)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  return {
    url: `${scheme}://${urlHost(host)}:${portOf(server.address())}`,
    close: async (graceMs) => await close(server, graceMs),
  };
}

function addressFault(error: Error, address: string): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  const remedy =
    'Stop what listens there, or set another port (SHUQIAO_EXCHANGE_PORT, _CONTROL_PORT, _TELEMETRY_PORT).';
  return new FaultsError([{ file: address, pointer: '', message: 'the address is in use', remedy }]);
}

/** What cannot be read as HTTP reaches no middleware. The connection is of no more use. */
function answerBrokenHttp(error: Error, socket: Socket): void {
  if (!socket.writable || ('code' in error && error.code === 'ECONNRESET')) {
    socket.destroy();
    return;
  }
  const status =
    'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n`);
}

async function close(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // One whose answer had begun before is idle only after it.
  const closing = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
  clearInterval(closing);
}

function urlHost(host: string): string {
  if (host === '127.0.0.1' || host === '::1' || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('listening without a port');
  return address.port;
}
