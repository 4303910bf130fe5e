import type { Middleware } from 'koa';
import type { Clock, Randomness } from '../domain/clock.ts';
import { isUuid, uuidV7 } from '../domain/identifier.ts';
import type { RequestState } from './context.ts';
import { HEADERS } from './headers.ts';

/** What an id is made of. */
export interface NameNeeds {
  readonly clock: Clock;
  readonly random: Randomness;
}

/** An id on every answer, refusals too: the caller's if it sent one that is one, or a fresh one. */
export function nameRequest({ clock, random }: NameNeeds): Middleware<RequestState> {
  return async function nameRequest(ctx, next) {
    // First: an answer that says that no id could be made is not to be stored either.
    ctx.set('Cache-Control', 'no-store');
    const sent = ctx.get(HEADERS.requestId.name);
    ctx.state.requestId = isUuid(sent) ? sent.toLowerCase() : uuidV7(clock.now(), random.bytes(10));
    ctx.set(HEADERS.requestId.name, ctx.state.requestId);
    await next();
  };
}
