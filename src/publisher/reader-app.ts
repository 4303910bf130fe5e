import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import Koa, { type Middleware, type ParameterizedContext } from 'koa';
import type { Clock, Randomness } from '../domain/clock.ts';
import type { Peer } from '../domain/party.ts';
import { Problem } from '../domain/problem.ts';
import { answerProblems } from '../http/answer-problems.ts';
import type { RequestState } from '../http/context.ts';
import { nameRequest } from '../http/name-request.ts';
import { nothingElse } from '../http/nothing-else.ts';
import { ownHostOnly } from '../http/own-host-only.ts';
import { refuseUnclearHeads } from '../http/refuse-unclear-heads.ts';
import { parseTilePath } from '../transparency/tile.ts';

export interface ReaderNeeds {
  /** What a publisher wrote. */
  readonly folder: string;
  /** Who the other side is; undefined on loopback, where it is whoever is on this machine. */
  readonly peerOf: ((socket: Socket) => Peer) | undefined;
  readonly clock: Clock;
  readonly random: Randomness;
}

const CHECKPOINT = 'checkpoint';
const IMMUTABLE = 'max-age=31536000, immutable';

/** The log for auditors, C2SP tlog-tiles: files of one folder, by the paths of a log and no others. No database. */
export function createReaderApp({ folder, peerOf, clock, random }: ReaderNeeds): Koa<RequestState> {
  const app = new Koa<RequestState>();
  app.use(answerProblems(() => {}));
  app.use(nameRequest({ clock, random }));
  app.use(peerOf === undefined ? ownHostOnly() : provenOnly(peerOf));
  app.use(refuseUnclearHeads());
  app.use(files(folder));
  app.use(nothingElse());
  return app;
}

/** Entries are for auditors, not for the public. */
function provenOnly(peerOf: (socket: Socket) => Peer): Middleware<RequestState> {
  return async function provenOnly(ctx, next) {
    if (peerOf(ctx.req.socket).certificate === undefined) throw new Problem('identity.unproven');
    await next();
  };
}

function files(folder: string): Middleware<RequestState> {
  return async function files(ctx, next) {
    // As it was sent: nothing is decoded, and a path that is not written as a log writes it is no path of one.
    const path = (ctx.req.url ?? '').slice(1);
    if (!(path === CHECKPOINT || parseTilePath(path) !== undefined) || !(await send(ctx, folder, path))) await next();
  };
}

async function send(ctx: ParameterizedContext<RequestState>, folder: string, path: string): Promise<boolean> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.set('Allow', 'GET, HEAD');
    throw new Problem('route.method-not-allowed');
  }
  // Set before the conditions of the request are looked at: they are asked of what would be answered (RFC 9110 §13.2.1).
  ctx.status = 200;
  const isThere = await (path === CHECKPOINT ? sendCheckpoint(ctx, folder) : sendTile(ctx, join(folder, path)));
  if (isThere && ctx.fresh) ctx.status = 304;
  return isThere;
}

async function sendCheckpoint(ctx: ParameterizedContext<RequestState>, folder: string): Promise<boolean> {
  const note = await readFile(join(folder, CHECKPOINT)).catch(() => undefined);
  if (note === undefined) return false;
  ctx.set('Cache-Control', 'no-cache');
  ctx.set('ETag', `"${createHash('sha256').update(note).digest('base64url')}"`);
  ctx.body = note;
  ctx.type = 'text/plain; charset=utf-8';
  return true;
}

async function sendTile(ctx: ParameterizedContext<RequestState>, path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  const { size, ino, mtimeMs } = await file.stat();
  ctx.set('Cache-Control', IMMUTABLE);
  ctx.set('ETag', `"${[size, ino, mtimeMs].map((value) => Math.floor(value).toString(36)).join('-')}"`);
  const isBody = ctx.method === 'GET' && !ctx.fresh;
  if (isBody) ctx.body = file.createReadStream();
  else await file.close();
  ctx.length = size;
  ctx.type = 'application/octet-stream';
  return true;
}
