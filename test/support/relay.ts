import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import { REGISTRATION } from './harness.ts';

export interface Relayed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Passed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Changes what is passed; what it leaves out is passed as it is. */
export interface Changes {
  readonly request?: (passed: Passed) => Readonly<Record<string, string>>;
  readonly reply?: (relayed: Relayed, passed: Passed) => Relayed | Promise<Relayed>;
}

/** Somebody between a system and the gateway who has the keys of both: the worst that an intermediary can be. */
export interface Relay {
  readonly origin: string;
  /** What passed, in order. */
  readonly passed: readonly Passed[];
  readonly connections: () => number;
  change(changes: Changes): void;
  close(): Promise<void>;
}

export async function startRelay(gateway: string, system = REGISTRATION): Promise<Relay> {
  const pem = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
  const passed: Passed[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let changes: Changes = {};
  const ca = pem('ca.pem');
  const shown = { ca, cert: pem(`systems/${system}.pem`), key: pem(`systems/${system}.key.pem`) };
  const server = createServer(
    // Whoever comes is let in: that the system shows its certificate is seen by the gateway.
    {
      rejectUnauthorized: false,
      cert: pem('gateway.pem'),
      key: pem('gateway.key.pem'),
      requestCert: true,
      keepAliveTimeout: 30_000,
    },
    (req, res) => {
      const one = { path: req.url ?? '', headers: req.headers };
      passed.push(one);
      const { host: _, connection: __, ...headers } = { ...req.headers, ...changes.request?.(one) };
      const onward = request(
        `${gateway}${one.path}`,
        { ...shown, method: req.method, headers, agent: false },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('end', () => {
            const { connection: _connection, 'content-length': _length, ...kept } = reply.headers;
            const relayed = { status: reply.statusCode ?? 0, headers: kept, body: Buffer.concat(chunks) };
            void answerWith(res, changes.reply?.(relayed, one) ?? relayed);
          });
        },
      );
      onward.on('error', () => res.destroy());
      req.pipe(onward);
    },
  );
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    passed,
    connections: () => connections,
    change: (next) => {
      changes = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerWith(res: ServerResponse, replying: Relayed | Promise<Relayed>): Promise<void> {
  const { status, headers, body } = await replying;
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  res.writeHead(status, Object.fromEntries(present)).end(body);
}
