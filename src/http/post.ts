import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Posting {
  readonly url: URL;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** PEM: who may have issued the certificate of the other side, instead of whom the system trusts. */
  readonly ca?: string | undefined;
}

export interface Posted {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** One POST on a connection of its own; no redirect is followed, and no more read than may be. */
export async function post({ url, type, body, signal, maxBytes, ca }: Posting): Promise<Posted> {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: { 'Content-Type': type, 'Content-Length': String(Buffer.byteLength(body)) },
    ...(ca === undefined ? {} : { ca }),
  });
  const response = await responseTo(request, body);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.iterator({ destroyOnReturn: true })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('an answer is read as bytes');
    size += chunk.length;
    if (size > maxBytes) throw new RangeError('the answer is too long');
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  };
}

async function responseTo(request: ClientRequest, body: string | Uint8Array): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    // For as long as it lives: what comes after the response has begun is thrown where it is read.
    request.on('error', reject).on('response', resolve).end(body);
  });
}
