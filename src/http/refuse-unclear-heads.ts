import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Middleware } from 'koa';
import { isUuid } from '../domain/identifier.ts';
import { Problem } from '../domain/problem.ts';
import type { ProblemPointer } from '../domain/problem-pointer.ts';
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
const VERSIONS = new Set(['1.0', '1.1']);
/** Of two, Node takes the first. Others it joins, and what is joined is nothing that we take. */
const ONCE = ['host', 'content-type', 'content-encoding'] as const;

function unclearIn({ url = '', httpVersion, headersDistinct }: IncomingMessage): readonly ProblemPointer[] {
  const [host = ''] = headersDistinct['host'] ?? [];
  const rules: readonly (readonly [pointer: string, rule: string, holds: boolean])[] = [
    ['/target', 'origin-form', TARGET.test(url)],
    ['/version', 'http-1', VERSIONS.has(httpVersion)],
    ['/headers/transfer-encoding', 'chunked', isClearlyFramed(headersDistinct['transfer-encoding'], httpVersion)],
    ...ONCE.map((name) => [`/headers/${name}`, 'once', !isRepeated(headersDistinct[name])] as const),
    ['/headers/host', 'host', HOST.test(host)],
    ['/headers/request-id', 'uuid', isIdIfAny(headersDistinct[HEADERS.requestId.name.toLowerCase()])],
  ];
  return rules.flatMap(([pointer, rule, holds]) => (holds ? [] : [{ pointer, rule }]));
}

type Lines = readonly string[] | undefined;

function isClearlyFramed(codings: Lines, httpVersion: string): boolean {
  return codings === undefined || (httpVersion === '1.1' && codings.join().toLowerCase() === 'chunked');
}

function isRepeated(lines: Lines): boolean {
  return lines !== undefined && lines.length > 1;
}

function isIdIfAny(lines: Lines): boolean {
  const sent = lines?.join() ?? '';
  return sent === '' || isUuid(sent);
}
