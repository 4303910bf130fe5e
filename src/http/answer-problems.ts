import type { Middleware, ParameterizedContext } from 'koa';
import type { Outcome, Receipt } from '../domain/ledger-entry.ts';
import { asProblem, type Problem } from '../domain/problem.ts';
import type { QuotaName } from '../domain/quotas.ts';
import type { RequestState } from './context.ts';
import { HEADERS } from './headers.ts';
import { limitHeaders } from './limit-headers.ts';
import { receiptHeaders } from './receipt-headers.ts';

/** RFC 9457, the only body that a refused or failed request gets. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly titleZh: string;
  readonly status: number;
  readonly code: string;
  readonly origin: string;
  readonly retry: string;
  readonly remedy: string;
  readonly requestId: string;
  readonly exchangeId?: string;
  readonly errors?: readonly { readonly pointer: string; readonly rule: string }[];
  /** The quotas that are used up, by the names that they have in RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11 §5). */
  readonly violatedPolicies?: readonly QuotaName[];
  /** The exchange that the request repeats; how it ended and its receipt, once it has. */
  readonly repeats?: { readonly exchangeId: string; readonly outcome?: Outcome; readonly receipt?: Receipt };
}

export type Report = (problem: Problem, requestId: string) => void;

/**
 * The one place where an error becomes a body. It stands outside everything that can throw: Koa's own handler would
 * take the headers off and answer in plain text.
 */
export function answerProblems(report: Report): Middleware<RequestState> {
  return async function answerProblems(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem = asProblem(error);
      if (problem.spec.report) report(problem, ctx.state.requestId);
      writeProblem(ctx, problem);
    }
  };
}

function writeProblem(ctx: ParameterizedContext<RequestState>, problem: Problem): void {
  const { status, origin, challenge } = problem.spec;
  ctx.status = status;
  ctx.set(HEADERS.errorOrigin.name, origin);
  if (problem.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(problem.retryAfterSeconds));
  ctx.set(limitHeaders(problem.quotas));
  if (problem.receipt !== undefined) ctx.set(receiptHeaders(problem.receipt));
  if (challenge !== undefined) ctx.set('WWW-Authenticate', challenge);
  // What is left of a body that was not read would be taken for the next request.
  if (!ctx.req.complete) ctx.set('Connection', 'close');
  ctx.body = JSON.stringify(problemBody(problem, ctx.state));
  ctx.type = 'application/problem+json';
}

export function problemBody(problem: Problem, { requestId, exchange }: RequestState): ProblemBody {
  const { title, titleZh, status, origin, retry, remedy } = problem.spec;
  const { code, errors } = problem;
  return {
    // A URN, because docs/problems.md is the documentation and a gateway has no public web site to point at.
    type: `urn:shuqiao:problem:${code}`,
    title,
    titleZh,
    status,
    code,
    origin,
    retry,
    remedy,
    requestId,
    ...(exchange === undefined ? {} : { exchangeId: exchange }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(problem.over === undefined ? {} : { violatedPolicies: [problem.over] }),
    ...repeatsOf(problem),
  };
}

function repeatsOf({ repeats }: Problem): Pick<ProblemBody, 'repeats'> {
  if (repeats?.exchange === undefined) return {};
  const { exchange: exchangeId } = repeats;
  if (repeats.state !== 'answered') return { repeats: { exchangeId } };
  return { repeats: { exchangeId, outcome: repeats.outcome, receipt: repeats.receipt } };
}
