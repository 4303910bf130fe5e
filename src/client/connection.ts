import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { ShuqiaoAnswerInvalid } from './shuqiao-answer-invalid.ts';
import { type Reached, ShuqiaoUnreachable } from './shuqiao-unreachable.ts';

/** PEM, as text or bytes. */
export interface ClientTls {
  /** Who may have issued the certificate of the gateway. */
  readonly ca: string | Uint8Array;
  /** The certificate of the calling system, and its key. */
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
}

export interface Call {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Connection {
  /**
   * @throws ShuqiaoUnreachable if there is no whole reply
   * @throws ShuqiaoAnswerInvalid `form` if there is too much of it
   * @throws the reason of the signal
   */
  send(call: Call): Promise<Reply>;
  close(): void;
}

/** More than a gateway ever sends. */
const MAX_BYTES = 16_777_216;
/** Half of what the gateway gives idle connections: what is sent on one that is just being closed has an unknown end. */
const MAX_IDLE_MS = 15_000;

/** Connections over mutual TLS that are kept for the next call. Redirects are not followed. */
export function openConnection(
  { ca, cert, key }: ClientTls,
  { timeoutMs, maxConnections }: { readonly timeoutMs: number; readonly maxConnections: number },
): Connection {
  const pem = (text: string | Uint8Array): string | Buffer => (typeof text === 'string' ? text : Buffer.from(text));
  const agent = new Agent({
    ca: pem(ca),
    cert: pem(cert),
    key: pem(key),
    minVersion: 'TLSv1.2',
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise say it.
    rejectUnauthorized: true,
    keepAlive: true,
    timeout: MAX_IDLE_MS,
    maxSockets: maxConnections,
    scheduling: 'lifo',
  });
  return {
    send: async (call) => await exchangeMessages(agent, call, timeoutMs),
    close: () => agent.destroy(),
  };
}

async function exchangeMessages(agent: Agent, call: Call, timeoutMs: number): Promise<Reply> {
  const { url, method, headers, body, signal } = call;
  signal?.throwIfAborted();
  let reached: Reached = 'not-sent';
  const late = AbortSignal.timeout(timeoutMs);
  const request = httpsRequest(url, {
    agent,
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  });
  whenItLeaves(request, () => {
    reached = 'unknown';
  });
  try {
    return await replyTo(request, body);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ShuqiaoAnswerInvalid) throw error;
    throw new ShuqiaoUnreachable(reached, late.aborted ? 'TIMEOUT' : wordOf(error));
  }
}

/** Until TLS stands, what is written is kept; on a connection that is used again, it leaves at once. */
function whenItLeaves(request: ClientRequest, leaves: () => void): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket || !(socket instanceof TLSSocket)) leaves();
    else socket.once('secureConnect', leaves);
  });
}

async function replyTo(request: ClientRequest, body: string | undefined): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    request
      .on('error', reject)
      .on('response', (response) => {
        readBounded(response).then(resolve, reject);
      })
      .end(body);
  });
}

async function readBounded(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.iterator({ destroyOnReturn: true })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a reply is read as bytes');
    size += chunk.length;
    if (size > MAX_BYTES) throw new ShuqiaoAnswerInvalid('form');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** The code of Node or OpenSSL. Their messages quote addresses and names of certificates. */
function wordOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'FAILED';
}
