import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { SourceSettings } from '../../domain/source-settings.ts';
import { HEADERS } from '../../http/headers.ts';
import type { Authenticate, Outgoing } from './authentication/outgoing.ts';
import { ownFault } from './own-fault.ts';
import { openSourcePool, type SourcePool } from './source-pool.ts';

export interface SourceCall {
  readonly path: string;
  readonly body: Uint8Array;
  readonly exchange: string;
  /** Who asks for what, signed. */
  readonly context: string;
  /** Aborted, for a Problem, when the caller of the gateway leaves or its time is over. */
  readonly signal: AbortSignal;
  /** Aborted when the time of the source is over. */
  readonly deadline: AbortSignal;
}

export type SourceReply = { readonly status: number } & (
  | { readonly found: true; readonly body: Uint8Array }
  | { readonly found: false }
);

export interface SourceClient {
  /** @throws Problem `source.*`, `caller.left`, or `internal` if the gateway cannot prove itself */
  post(call: SourceCall): Promise<SourceReply>;
  close(): Promise<void>;
}

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
} as const;

/**
 * HTTPS to one endpoint of a source over kept-alive connections. Redirects are not followed: where a source is, is configuration, and
 * what proves the gateway goes there and nowhere else.
 */
export function createSourceClient(settings: SourceSettings, origin: string, authenticate: Authenticate): SourceClient {
  const { host } = new URL(origin);
  const pool = openSourcePool(settings, origin);
  return {
    post: async (call) => {
      const outgoing = outgoingOf(host, call);
      const proof = await ownFault(authenticate(outgoing));
      const { deadline } = call;
      let status: number | undefined;
      try {
        // Ours, one for each question, so that it ends no other.
        const signal = AbortSignal.any([call.signal, deadline]);
        const response = await send(pool, withHeaders(outgoing, proof), signal);
        status = response.statusCode;
        return await read(response, settings.maxBodyBytes);
      } catch (error) {
        const problem = translated(error, call.signal, deadline);
        // An answer that was cut had begun: it is not asked for again.
        throw status === undefined ? problem : problem.knowing({ source: { status } });
      }
    },
    close: pool.close,
  };
}

function outgoingOf(authority: string, { path, body, exchange, context }: SourceCall): Outgoing {
  return {
    method: 'POST',
    authority,
    path,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      [HEADERS.exchangeId.name.toLowerCase()]: exchange,
      [HEADERS.exchangeContext.name.toLowerCase()]: context,
    },
    body,
  };
}

function withHeaders(outgoing: Outgoing, more: Outgoing['headers']): Outgoing {
  return { ...outgoing, headers: { ...outgoing.headers, ...more } };
}

async function send(
  pool: SourcePool,
  { method, path, headers, body }: Outgoing,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const response = await pool.request({ method, path, headers, body, signal });
  // The body can fail after the caller is gone and nobody reads it any more; unheard, that ends the process.
  response.body.on('error', () => {});
  return response;
}

async function read(response: Dispatcher.ResponseData, maxBytes: number): Promise<SourceReply> {
  const { statusCode: status, body } = response;
  if (status === 200) return { status, found: true, body: await readJsonBody(response, maxBytes) };
  body.destroy();
  // Not 404: an address that is wrong would read as a person who is not there.
  if (status === 204) return { status, found: false };
  throw new Problem(failureOf(status), { known: { source: { status } } });
}

function failureOf(status: number): ProblemCode {
  if (status === 401 || status === 403) return 'source.unauthorized';
  return status >= 500 ? 'source.failed' : 'source.refused';
}

const ANSWERED = { known: { source: { status: 200 } } };

async function readJsonBody({ headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<Uint8Array> {
  const encoding = singleHeader(headers['content-encoding']) ?? 'identity';
  const type = singleHeader(headers['content-type']) ?? '';
  if (
    !/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(type) ||
    !(encoding === 'identity' || Object.hasOwn(DECODERS, encoding))
  ) {
    body.destroy();
    throw new Problem('source.contract-broken', ANSWERED);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('undici gave something else than bytes');
    size += chunk.length;
    // Leaving the loop destroys the body, and with it the connection: the rest is not read.
    if (size > maxBytes) throw new Problem('source.too-large', ANSWERED);
    chunks.push(chunk);
  }
  return await decoded(Buffer.concat(chunks), encoding, maxBytes);
}

async function decoded(body: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  if (!isDecoder(encoding)) return body;
  try {
    return await DECODERS[encoding](body, { maxOutputLength: maxBytes });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new Problem(tooLarge ? 'source.too-large' : 'source.contract-broken', { ...ANSWERED, cause });
  }
}

function isDecoder(encoding: string): encoding is keyof typeof DECODERS {
  return Object.hasOwn(DECODERS, encoding);
}

/** A header that came twice is no header that we understand. */
function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ').toLowerCase() : value?.toLowerCase();
}

const BEFORE_ANSWER = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const TIMEOUTS = new Set([...BEFORE_ANSWER, 'UND_ERR_BODY_TIMEOUT']);

/** Statuses of who stands before the source, or of a source that says itself that it will be back. */
const PASSING: ReadonlySet<number | undefined> = new Set([502, 503, 504]);

/** Whether it failed before any of an answer came, or with one that says to come again. Only for what asking twice cannot harm. */
export function mayBeAskedAgain(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  if (error.code === 'source.failed') return PASSING.has(error.known.source?.status);
  if (error.code === 'source.unavailable') return error.known.source === undefined;
  return error.code === 'source.timeout' && hasCode(error.cause, BEFORE_ANSWER);
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}

function translated(error: unknown, caller: AbortSignal, deadline: AbortSignal): Problem {
  if (error instanceof Problem) return error;
  const cause = { cause: error };
  if (caller.aborted) return caller.reason instanceof Problem ? caller.reason : new Problem('caller.left', cause);
  if (deadline.aborted || hasCode(error, TIMEOUTS)) return new Problem('source.timeout', cause);
  // What came was no HTTP. By its class: undici leaves the code of this one empty.
  if (error instanceof errors.HTTPParserError) return new Problem('source.failed', cause);
  return new Problem('source.unavailable', { ...cause, retryAfterSeconds: 1 });
}
