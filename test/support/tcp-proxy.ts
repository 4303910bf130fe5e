import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between two parties, which a test can cut. */
export interface TcpProxy {
  readonly port: number;
  /** Lets what is sent arrive, and cuts the connection the moment anything comes back. */
  cutOnAnswer(yes: boolean): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let cutting = false;
  const server = createServer((near) => {
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
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
