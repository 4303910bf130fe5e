import type { Middleware } from 'koa';
import type { RequestState } from './context.ts';

/** Counts every answer of a listener by its status. */
export function measureRequests(count: (status: number) => void): Middleware<RequestState> {
  return async function measureRequests(ctx, next) {
    await next();
    count(ctx.status);
  };
}
