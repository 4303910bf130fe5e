import type { Server, Socket } from 'node:net';
import { uuidV7 } from '../domain/identifier.ts';
import { Problem } from '../domain/problem.ts';
import { problemBody } from './answer-problems.ts';
import { HEADERS } from './headers.ts';
import type { NameNeeds } from './name-request.ts';

const FIRST_BYTE_MS = 10_000;
/** How long the rest of what was sent is read and thrown away: closed earlier, the answer would be lost with it. */
const LINGER_MS = 1_000;
/** ContentType handshake (RFC 8446 §5.1): how every TLS connection begins. */
const HANDSHAKE = 0x16;

/**
 * Looks at the first byte of every connection before TLS does. Who speaks HTTP to it is told so, in a form it can read,
 * before any handler; what is neither is closed.
 */
export function refusePlainHttp(server: Server, needs: NameNeeds): void {
  const startTls = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const giveUp = (): void => void socket.destroy();
    socket.setTimeout(FIRST_BYTE_MS, giveUp).on('error', giveUp);
    socket.once('readable', () => {
      const first = readFirst(socket);
      socket.setTimeout(0).off('timeout', giveUp).off('error', giveUp);
      if (first === HANDSHAKE) for (const start of startTls) start.call(server, socket);
      else refuse(socket.on('error', giveUp), first, needs);
    });
  });
}

/** The byte stays where it was; undefined if there is none. */
function readFirst(socket: Socket): number | undefined {
  const chunk: unknown = socket.read();
  if (!Buffer.isBuffer(chunk)) return undefined;
  socket.unshift(chunk);
  return chunk[0];
}

function refuse(socket: Socket, first: number | undefined, needs: NameNeeds): void {
  // Every method of HTTP begins with a capital letter.
  if (first === undefined || first < 0x41 || first > 0x5a) {
    socket.destroy();
    return;
  }
  socket.end(plainAnswer(needs));
  socket.resume();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('end', () => socket.destroy()).once('close', () => clearTimeout(linger));
}

function plainAnswer({ clock, random }: NameNeeds): string {
  const problem = new Problem('request.not-tls');
  const requestId = uuidV7(clock.now(), random.bytes(10));
  const body = JSON.stringify(problemBody(problem, { requestId }));
  const headers = {
    Connection: 'close',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    [HEADERS.errorOrigin.name]: problem.spec.origin,
    [HEADERS.requestId.name]: requestId,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.spec.status} Bad Request\r\n${lines.join('')}\r\n${body}`;
}
