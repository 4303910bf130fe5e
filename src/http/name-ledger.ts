import type { Middleware } from 'koa';
import type { RequestState } from './context.ts';
import { HEADERS } from './headers.ts';

/** Every answer with a receipt says of which log it is, a refusal too. */
export function nameLedger(origin: string | undefined): Middleware<RequestState> {
  return async function nameLedger(ctx, next) {
    if (origin !== undefined) ctx.set(HEADERS.ledgerOrigin.name, origin);
    await next();
  };
}
