import type { Socket } from 'node:net';
import type { Middleware, ParameterizedContext } from 'koa';
import type { Admission } from '../domain/admission.ts';
import type { Clock } from '../domain/clock.ts';
import type { Peer } from '../domain/party.ts';
import { Problem } from '../domain/problem.ts';
import type { Receipts } from '../domain/receipts.ts';
import type { EndedExchange } from '../domain/repeat.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { RequestState } from '../http/context.ts';
import { HEADERS } from '../http/headers.ts';
import { receiptHeaders } from '../http/receipt-headers.ts';
import type { HashReader } from '../transparency/node-address.ts';
import { repeatOf } from './1-identify/repeat.ts';
import { systemOf } from './1-identify/system-of.ts';
import { boundedRate } from './bounded-rate.ts';
import { proofOf } from './receipt-proof.ts';
import { frozenProblem } from './refuse-frozen.ts';

export interface ReceiptNeeds {
  readonly peerOf: (socket: Socket) => Peer;
  readonly snapshot: () => Snapshot;
  readonly admission: Pick<Admission, 'frozenAs'>;
  readonly receipts: Receipts;
  /** The nodes of the log. */
  readonly hashes: (size: number) => HashReader;
  readonly clock: Clock;
}

const PATH = /^\/(receipts|requests)\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
/** Of one system at one gateway. A proof costs two round trips and is asked for once. */
const RATE = { burst: 40, perSecond: 20 };
/** A publisher signs every second. */
const RETRY_AFTER_SECONDS = 2;

/**
 * `GET /receipts/{exchange id}`: the proof that an exchange is in the log, once a checkpoint covers it, and its receipt
 * before. `GET /requests/{request id}`: what became of a request. Both for the system whose it was, by its certificate.
 */
export function receiptRoute(needs: ReceiptNeeds): Middleware<RequestState> {
  const mayAsk = boundedRate(RATE, needs.clock);
  return async function receiptRoute(ctx, next) {
    const [path, kind, id = ''] = PATH.exec(ctx.path) ?? [];
    if (path === undefined) {
      await next();
      return;
    }
    if (ctx.method !== 'GET') {
      ctx.set('Allow', 'GET');
      throw new Problem('route.method-not-allowed');
    }
    const { system, peer } = systemOf(needs.peerOf(ctx.socket), needs.snapshot());
    if (!mayAsk(system.id)) throw new Problem('receipt.too-many', { retryAfterSeconds: 1 });
    const answering = kind === 'receipts' ? answerReceipt(needs, system.id, id) : answerRequest(needs, system.id, id);
    const who = { department: system.department, system: system.id, thumbprint: peer.thumbprint };
    const [answer, frozen] = await Promise.all([answering, needs.admission.frozenAs(who)]);
    if (frozen !== undefined) throw frozenProblem(frozen, 'identity');
    await answer(ctx);
  };
}

type Write = (ctx: ParameterizedContext<RequestState>) => Promise<void>;

async function answerReceipt({ receipts, hashes }: ReceiptNeeds, system: string, exchange: string): Promise<Write> {
  const found = await receipts.ofExchange(system, exchange.toLowerCase());
  return async (ctx) => {
    if (found === undefined) throw new Problem('receipt.unknown');
    const { checkpoint } = found;
    if (checkpoint === undefined) {
      writeEnding(ctx, found);
      ctx.status = 202;
      ctx.set('Retry-After', String(RETRY_AFTER_SECONDS));
      return;
    }
    const proof = await proofOf(found.receipt, checkpoint, hashes);
    writeEnding(ctx, found);
    ctx.body = proof;
    ctx.type = 'text/plain; charset=utf-8';
  };
}

async function answerRequest({ receipts }: ReceiptNeeds, system: string, requestId: string): Promise<Write> {
  const became = await receipts.ofRequest(system, requestId.toLowerCase());
  return async (ctx) => {
    if (became === undefined) throw new Problem('receipt.unknown');
    if (became.state !== 'answered') throw repeatOf(became);
    writeEnding(ctx, became);
  };
}

function writeEnding(ctx: ParameterizedContext<RequestState>, { exchange, outcome, receipt }: EndedExchange): void {
  ctx.status = 200;
  ctx.set(HEADERS.exchangeId.name, exchange);
  ctx.set(receiptHeaders(receipt));
  ctx.body = JSON.stringify({ exchangeId: exchange, outcome, receipt });
  ctx.type = 'application/json';
}
