import type { Middleware } from 'koa';
import { Problem } from '../domain/problem.ts';
import type { RequestState } from './context.ts';

/** Whatever nothing before it answered: said outright, since Koa answers 404 also for a forgotten await. */
export function nothingElse(): Middleware<RequestState> {
  return async function nothingElse() {
    throw new Problem('route.unknown');
  };
}
