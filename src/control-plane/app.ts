import Koa from 'koa';
import type { Clock, Randomness } from '../domain/clock.ts';
import { answerProblems, type Report } from '../http/answer-problems.ts';
import type { RequestState } from '../http/context.ts';
import { measureRequests } from '../http/measure-requests.ts';
import { nameRequest } from '../http/name-request.ts';
import { nothingElse } from '../http/nothing-else.ts';
import { ownHostOnly } from '../http/own-host-only.ts';
import { refuseUnclearHeads } from '../http/refuse-unclear-heads.ts';
import { routerOf } from './route.ts';
import { controlRoutes, type RouteNeeds } from './routes.ts';

export interface ControlAppNeeds extends RouteNeeds {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly report: Report;
  readonly count: (status: number) => void;
}

/** The control listener. It listens on loopback only (config.ts): what it has for authentication so far is that. */
export function createControlApp(needs: ControlAppNeeds): Koa<RequestState> {
  const app = new Koa<RequestState>();
  app.use(measureRequests(needs.count));
  app.use(answerProblems(needs.report));
  app.use(nameRequest(needs));
  app.use(ownHostOnly());
  app.use(refuseUnclearHeads());
  app.use(routerOf(controlRoutes(needs)).routes());
  app.use(nothingElse());
  return app;
}
