import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Middleware } from 'koa';
import { isUuid } from '../domain/identifier.ts';
import { Problem, type ProblemPointer } from '../domain/problem.ts';
import type { RequestState } from './context.ts';
import { HEADERS } from './headers.ts';

/**
 * Refuses what Node takes and another reader before us could read as another request, and the rest of the connection with
 * it: what follows may be no request at all (RFC 9112 §6.1, §9.6).
 */
export function refuseUnclearHeads(): Middleware<RequestState> {
  const given = new WeakSet<Socket>();
  return async function refuseUnclearHeads(ctx, next) {
    const errors = unclearIn(ctx.req);
    if (errors.length > 0 || given.has(ctx.req.socket)) {
      given.add(ctx.req.socket);
      ctx.set('Connection', 'close');
      throw new Problem('request.malformed', { errors });
    }
    // Node's parser reads nothing behind a request for another protocol, although we go on with this one.
    if (ctx.req.headers.upgrade !== undefined) ctx.set('Connection', 'close');
    await next();
  };
}

/** A path, and a query that nobody reads. Whole URLs are for proxies: we are none, and their host would be a second one. */
const TARGET = /^(?:\/[^#]*|\*)$/;
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])?(?::\d+)?$/i;
/** Of two, Node takes the first. Others it joins, and what is joined is nothing that we take. */
const ONCE = ['host', 'content-type', 'content-encoding'] as const;

function unclearIn({ url = '', httpVersion, headersDistinct }: IncomingMessage): readonly ProblemPointer[] {
  const errors: ProblemPointer[] = [];
  const broken = (pointer: string, rule: string, isBroken: boolean): void => {
    if (isBroken) errors.push({ pointer, rule });
  };
  const codings = headersDistinct['transfer-encoding'];
  const isChunked = codings?.length === 1 && codings[0]?.toLowerCase() === 'chunked' && httpVersion === '1.1';
  broken('/target', 'origin-form', !TARGET.test(url));
  broken('/version', 'http-1', httpVersion !== '1.1' && httpVersion !== '1.0');
  broken('/headers/transfer-encoding', 'chunked', codings !== undefined && !isChunked);
  for (const name of ONCE) broken(`/headers/${name}`, 'once', (headersDistinct[name]?.length ?? 0) > 1);
  broken('/headers/host', 'host', !HOST.test(headersDistinct['host']?.[0] ?? ''));
  const requestId = headersDistinct[HEADERS.requestId.name.toLowerCase()]?.join() ?? '';
  broken('/headers/request-id', 'uuid', requestId !== '' && !isUuid(requestId));
  return errors;
}
