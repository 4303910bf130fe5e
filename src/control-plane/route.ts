import type { Readable } from 'node:stream';
import Router from '@koa/router';
import type { JsonValue } from '../domain/json.ts';
import type { RequestState } from '../http/context.ts';

export interface Answer {
  readonly type: string;
  readonly body: Readable | JsonValue;
}

/** One operation of the control listener: a row of the route table. */
export interface Route {
  readonly operation: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  /** @param parameters of the path, by name */
  handle(parameters: Readonly<Record<string, string>>): Promise<Answer>;
}

export function routerOf(routes: readonly Route[]): Router<RequestState> {
  const router = new Router<RequestState>();
  for (const { operation, method, path, handle } of routes) {
    router[method](operation, path, async (ctx) => {
      const { type, body } = await handle(ctx.params);
      ctx.type = type;
      ctx.body = body;
    });
  }
  return router;
}
