import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUuid, uuidV7 } from '../../domain/identifier.ts';
import type { ShedReason } from '../../domain/overload.ts';
import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { problemBody } from '../answer-problems.ts';
import { HEADERS } from '../headers.ts';
import type { NameNeeds } from '../name-request.ts';
import type { PaceNeeds } from './paced-work.ts';
import { pacedWork } from './paced-work.ts';

/** For whatever else, it is the caller who has too many of something. */
const OVERLOADED: ReadonlySet<ShedReason> = new Set<ShedReason>(['line-full', 'waited']);

/** By chance, so that who was turned away at once does not come back at once. */
const RETRY_AFTER_SECONDS = [1, 2, 3] as const;
/** A fifth of the time for telling others that there is none, and nobody hears it later than that: docs/decisions/0036. */
const PACE = { everyMs: 10, spendMs: 2, keepMs: 100 } as const;
/** What is left of a body is read and thrown away up to here; beyond it the connection is given up. */
const READ_ON_BYTES = 65_536;
const PLACE_OF_ID = '00000000-0000-0000-0000-000000000000';

/** What is the same in all answers of a kind, made once. */
interface Prepared {
  readonly before: string;
  readonly after: string;
  readonly bytes: number;
  readonly status: number;
  readonly origin: string;
}

export type Refuse = (
  req: IncomingMessage,
  res: ServerResponse,
  options: { readonly reason: ShedReason; readonly close: boolean },
) => void;

/**
 * Answers without reading: the same problem that any other refusal is, at the least cost. The connection stays, because
 * a new one costs the gateway a handshake with two signatures.
 */
export function refusals(naming: NameNeeds, paceNeeds: PaceNeeds): Refuse {
  const overloaded = prepare('gateway.overloaded');
  const tooMany = prepare('consumer.too-many');
  const paced = pacedWork(PACE, paceNeeds);
  return (req, res, { reason, close }) => {
    const made = OVERLOADED.has(reason) ? overloaded : tooMany;
    paced(() => {
      if (!res.destroyed) write(res, made, { id: requestIdOf(req, naming), close: close || !isReadable(req) });
    });
  };
}

function prepare(code: ProblemCode): Prepared {
  const problem = new Problem(code);
  const { status, origin } = problem.spec;
  const body = JSON.stringify(problemBody(problem, { requestId: PLACE_OF_ID }));
  const [before = '', after = ''] = body.split(PLACE_OF_ID);
  return { before, after, bytes: Buffer.byteLength(body), status, origin };
}

function write(
  res: ServerResponse,
  { status, origin, bytes, before, after }: Prepared,
  { id, close }: { readonly id: string; readonly close: boolean },
): void {
  const seconds = RETRY_AFTER_SECONDS[Math.floor(Math.random() * RETRY_AFTER_SECONDS.length)] ?? 1;
  const headers = [
    'Cache-Control',
    'no-store',
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(bytes),
    'Retry-After',
    String(seconds),
    HEADERS.errorOrigin.name,
    origin,
    HEADERS.requestId.name,
    id,
  ];
  if (close) headers.push('Connection', 'close');
  res.writeHead(status, headers).end(before + id + after);
}

function requestIdOf({ headers }: IncomingMessage, { clock, random }: NameNeeds): string {
  const sent = headers[HEADERS.requestId.name.toLowerCase()];
  return typeof sent === 'string' && isUuid(sent) ? sent.toLowerCase() : uuidV7(clock.now(), random.bytes(10));
}

/** Whether it is clear where the next request begins, and soon enough. */
function isReadable({ headers, httpVersion }: IncomingMessage): boolean {
  const length = Number(headers['content-length'] ?? 0);
  const framed = headers['transfer-encoding'] === undefined && headers.upgrade === undefined && httpVersion === '1.1';
  return framed && length <= READ_ON_BYTES;
}
