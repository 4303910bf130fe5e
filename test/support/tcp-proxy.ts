import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between two parties, which a test can cut. */
export interface TcpProxy {
  readonly port: number;
  /** Lets what is sent arrive, and cuts the connection the moment anything comes back. */
  cutOnAnswer(yes: boolean): void;
  /** The next connections are closed before anything was sent over them. */
  refuseNext(count: number): void;
  /** Cuts every connection there is; returns when the other ends had time to see it. */
  cutAll(): Promise<void>;
  /** Connections that were made, those that were refused among them. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let cutting = false;
  let refusing = 0;
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    if (refusing > 0) {
      refusing -= 1;
      near.destroy();
      return;
    }
    const far = connect(target);
    for (const socket of [near, far])
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    near.on('close', () => far.destroy()).pipe(far);
    far.on('close', () => near.destroy()).on('data', (chunk: Buffer) => (cutting ? near.destroy() : near.write(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutOnAnswer: (yes) => (cutting = yes),
    refuseNext: (count) => (refusing = count),
    cutAll: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
