import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** Something at an address that is no source, over bare TCP. */
export interface PlainServer {
  readonly origin: string;
  /** Connections that were made so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startPlainServer(accept: (socket: Socket) => void): Promise<PlainServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createTcpServer((socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
