import type { RequestListener } from 'node:http';
import type Koa from 'koa';
import type { RequestState } from './context.ts';

/** Koa's own never rejects; what it returns tells when it is done. */
export function handlerOf(app: Koa<RequestState>): RequestListener {
  const handle = app.callback();
  return (req, res) => void handle(req, res);
}
