import type { Middleware } from 'koa';
import { Problem } from '../domain/problem.ts';
import type { PublishedJwk } from '../domain/public-jwk.ts';
import { digest } from '../keys/commitment.ts';
import type { RequestState } from './context.ts';

export const KEY_SET_PATH = '/.well-known/jwks.json';
/** Five minutes: `shuqiao key rotate` publishes a key for longer than that before it signs. */
export const KEY_SET_MAX_AGE_SECONDS = 300;

/** The public keys of the gateway, for whoever verifies what it signed (RFC 7517 §5). There is nothing secret in them. */
export function keySet(published: () => Promise<readonly PublishedJwk[]>): Middleware<RequestState> {
  return async function keySet(ctx, next) {
    if (ctx.path !== KEY_SET_PATH) {
      await next();
      return;
    }
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD');
      throw new Problem('route.method-not-allowed');
    }
    const body = JSON.stringify({ keys: await published() });
    ctx.status = 200;
    ctx.set('Cache-Control', `public, max-age=${KEY_SET_MAX_AGE_SECONDS}`);
    ctx.set('ETag', `"${digest(body)}"`);
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.body = body;
    ctx.type = 'application/jwk-set+json';
  };
}
