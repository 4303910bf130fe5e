import type { Middleware } from 'koa';
import { Problem } from '../domain/problem.ts';
import type { RequestState } from './context.ts';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A web page can make its own name resolve to 127.0.0.1 and read a listener of loopback through a visitor's browser. */
export function ownHostOnly(): Middleware<RequestState> {
  return async function ownHostOnly(ctx, next) {
    if (!LOOPBACK_NAMES.has(ctx.host.replace(/:\d+$/, ''))) throw new Problem('route.foreign-host');
    await next();
  };
}
