import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { asProblem } from '../domain/problem.ts';
import { readBody } from '../http/read-body.ts';
import { MAX_ADD_CHECKPOINT_BYTES } from './add-checkpoint.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

export interface WitnessHandlerNeeds {
  readonly witness: Witness;
  /** Prometheus text, for `GET /metrics`. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly bodyTimeoutMs: number;
  readonly count: (status: number) => void;
  /** What was thrown; the caller hears nothing of it. */
  readonly report: (error: unknown) => void;
}

const TEXT = 'text/plain; charset=utf-8';
const CHECKPOINT = /^\/([0-9a-f]{64})\/checkpoint$/;

/**
 * `POST /add-checkpoint` and `GET /<origin hash>/checkpoint` of C2SP tlog-witness. Nobody has to prove who it is: what
 * counts is who signed the checkpoint.
 */
export function witnessHandler(needs: WitnessHandlerNeeds): RequestListener {
  const { witness, report, count } = needs;
  let isFailed = false;

  const route = async (req: IncomingMessage): Promise<WitnessAnswer> => {
    const path = req.url ?? '';
    if (path === '/add-checkpoint') return req.method === 'POST' ? await add(req) : wrongMethod();
    if (req.method !== 'GET') return nothing();
    const [, hash = ''] = CHECKPOINT.exec(path) ?? [];
    const newest = hash === '' ? undefined : witness.newest(hash);
    if (newest !== undefined) return { status: 200, type: TEXT, body: newest };
    if (path === '/healthz') return isFailed ? plain(503, 'failed') : plain(200, 'alive');
    if (path !== '/metrics') return nothing();
    const { contentType, body } = await needs.metrics();
    return { status: 200, type: contentType, body };
  };

  const add = async (req: IncomingMessage): Promise<WitnessAnswer> => {
    const limits = { maxBytes: MAX_ADD_CHECKPOINT_BYTES, timeoutMs: needs.bodyTimeoutMs };
    const body = await readBody(req, limits);
    try {
      const answer = await witness.addCheckpoint(body);
      if (answer.status === 200) isFailed = false;
      return answer;
    } catch (error) {
      // What could not be written was not cosigned either.
      isFailed = true;
      report(error);
      return plain(500, 'the witness failed');
    }
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const answer = await route(req).catch((error: unknown) =>
      plain(asProblem(error).spec.status, 'the request could not be read'),
    );
    count(answer.status);
    send(req, res, answer);
  };

  return (req, res) => void serve(req, res).catch(report);
}

function send(req: IncomingMessage, res: ServerResponse, { status, type, body }: WitnessAnswer): void {
  res.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    ...(status === 405 ? { Allow: 'POST' } : {}),
    // What is left of a body that was not read would be taken for the next request.
    ...(req.complete ? {} : { Connection: 'close' }),
  });
  res.end(body);
}

function plain(status: number, text: string): WitnessAnswer {
  return { status, type: TEXT, body: `${text}\n` };
}

function nothing(): WitnessAnswer {
  return plain(404, 'there is nothing at this address');
}

function wrongMethod(): WitnessAnswer {
  return plain(405, 'send it by POST');
}
