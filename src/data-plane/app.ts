import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Koa, { type Middleware, type ParameterizedContext } from 'koa';
import type { Clock, Randomness } from '../domain/clock.ts';
import { uuidV7 } from '../domain/identifier.ts';
import type { ExchangeObserver } from '../domain/observer.ts';
import type { Peer } from '../domain/party.ts';
import { Problem } from '../domain/problem.ts';
import type { PublishedJwk } from '../domain/public-jwk.ts';
import type { RequestHead } from '../domain/request-signature.ts';
import type { AnswerForm } from '../domain/sealed-answer.ts';
import { answerProblems, type Report } from '../http/answer-problems.ts';
import { whenCallerLeaves } from '../http/caller-leaves.ts';
import type { RequestState } from '../http/context.ts';
import { HEADERS } from '../http/headers.ts';
import { keySet } from '../http/key-set.ts';
import { measureRequests } from '../http/measure-requests.ts';
import { nameLedger } from '../http/name-ledger.ts';
import { nameRequest } from '../http/name-request.ts';
import { nothingElse } from '../http/nothing-else.ts';
import { type BodyLimits, readBody } from '../http/read-body.ts';
import { refuseUnclearHeads } from '../http/refuse-unclear-heads.ts';
import { traceOf } from '../http/trace-of.ts';
import type { Exchange } from './exchange.ts';
import { type ReceiptNeeds, receiptRoute } from './receipt-route.ts';
import type { Inbound } from './states.ts';
import { timeLimit } from './time-limit.ts';

export interface ExchangeAppNeeds {
  readonly exchange: Exchange;
  /** The authorization server; undefined if access tokens are issued outside. */
  readonly serveTokens: Middleware<RequestState> | undefined;
  readonly publishedKeys: () => Promise<readonly PublishedJwk[]>;
  /** Judges the other side anew for every request, however old the connection. */
  readonly peerOf: (socket: Socket) => Peer;
  readonly observer: ExchangeObserver;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly limits: BodyLimits;
  /** The longest that an exchange may take. */
  readonly exchangeTimeoutMs: number;
  /** While a body is on its way, its exchange takes up nothing of the gateway. */
  readonly elsewhere: <T>(work: () => Promise<T>) => Promise<T>;
  readonly report: Report;
  readonly count: (status: number) => void;
  readonly receipts: Omit<ReceiptNeeds, 'peerOf' | 'clock'>;
  /** Which log receipts are of, where it is named. */
  readonly ledgerOrigin?: string | undefined;
}

/** The exchange listener. The order of these lines is locked by a test. */
export function createExchangeApp(needs: ExchangeAppNeeds): Koa<RequestState> {
  const app = new Koa<RequestState>();
  app.use(measureRequests(needs.count));
  app.use(answerProblems(needs.report));
  app.use(nameRequest(needs));
  app.use(refuseUnclearHeads());
  if (needs.serveTokens !== undefined) app.use(needs.serveTokens);
  app.use(nameLedger(needs.ledgerOrigin));
  app.use(exchangeRoute(needs));
  app.use(receiptRoute({ ...needs.receipts, peerOf: needs.peerOf, clock: needs.clock }));
  app.use(keySet(needs.publishedKeys));
  app.use(nothingElse());
  return app;
}

const SEALED_TYPE = 'application/jose';
const JSON_TYPE = 'application/json';

// Ids of departments and resources are lower-case words; whatever else stands in the path, a citizen's number above
// all, is no exchange and gets no entry that could repeat it.
const PATH = /^\/exchange\/([a-z0-9]+(?:-[a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)\/v([1-9]\d{0,3})$/;

function exchangeRoute(needs: ExchangeAppNeeds): Middleware<RequestState> {
  return async function exchangeRoute(ctx, next) {
    const [path, department = '', resource = '', major = ''] = PATH.exec(ctx.path) ?? [];
    if (path === undefined) {
      await next();
      return;
    }
    if (ctx.method !== 'POST') {
      ctx.set('Allow', 'POST');
      throw new Problem('route.method-not-allowed');
    }
    const inbound = inboundOf(ctx, { department, resource, major }, needs);
    const { status, headers, body } = await needs.exchange(inbound);
    // It is recorded as released, and whoever leaves from here on may have some of it or nothing.
    whenCallerLeaves(ctx.res, () => needs.observer.deliveryAborted(inbound.exchange));
    ctx.status = status;
    ctx.set(headers);
    ctx.body = body;
  };
}

/** All that the stages get to see of HTTP. */
function inboundOf(
  ctx: ParameterizedContext<RequestState>,
  target: Inbound['target'],
  needs: ExchangeAppNeeds,
): Inbound {
  const { clock, random, limits, peerOf, elsewhere } = needs;
  const limitMs = timeLimit(
    ctx.req.headersDistinct[HEADERS.requestTimeout.name.toLowerCase()] ?? [],
    needs.exchangeTimeoutMs,
  );
  const { certificate: peer, unproven } = peerOf(ctx.socket);
  const exchange = uuidV7(clock.now(), random.bytes(10));
  ctx.state.exchange = exchange;
  ctx.set(HEADERS.exchangeId.name, exchange);
  return {
    exchange,
    target,
    requestId: ctx.state.requestId,
    trace: traceOf(ctx.req.headersDistinct['traceparent'] ?? [], random),
    receivedAt: new Date(clock.now()).toISOString(),
    head: headOf(ctx.req),
    peer,
    unproven,
    authorization: ctx.req.headersDistinct['authorization'] ?? [],
    contentType: ctx.get('Content-Type'),
    contentEncoding: ctx.req.headers['content-encoding'],
    accepts: acceptedForms(ctx),
    readBody: async () => await elsewhere(async () => await readBody(ctx.req, limits)),
    signal: endingOf(ctx.res, limitMs),
  };
}

function headOf({ method = '', url = '', headersDistinct: fields }: IncomingMessage): RequestHead {
  // A field may be called like what every object has.
  return { method, target: url, field: (name) => (Object.hasOwn(fields, name) ? (fields[name] ?? []) : []) };
}

/** JSON is for who names it: a caller that takes anything gets its answers sealed. */
function acceptedForms(ctx: ParameterizedContext<RequestState>): readonly AnswerForm[] {
  const sealed = ctx.accepts(SEALED_TYPE) !== false;
  const json = /\bapplication\/json\b/i.test(ctx.get('Accept')) && ctx.accepts(JSON_TYPE) !== false;
  const forms: readonly AnswerForm[] =
    ctx.accepts(SEALED_TYPE, JSON_TYPE) === JSON_TYPE ? ['json', 'sealed'] : ['sealed', 'json'];
  return forms.filter((form) => (form === 'json' ? json : sealed));
}

/** Aborted when the caller leaves before it has the whole answer, or when its time is over. */
function endingOf(res: ServerResponse, limitMs: number): AbortSignal {
  const ending = new AbortController();
  const late = setTimeout(() => ending.abort(new Problem('exchange.timeout', { retryAfterSeconds: 1 })), limitMs);
  res.once('close', () => clearTimeout(late));
  whenCallerLeaves(res, () => ending.abort(new Problem('caller.left')));
  return ending.signal;
}
