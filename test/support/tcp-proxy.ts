import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between two parties, which a test can cut. */
export interface TcpProxy {
  readonly port: number;
  /** Lets what is sent arrive, and cuts the connection the moment anything comes back. */
  cutOnAnswer(yes: boolean): void;
  /** Cuts the connection on which so many bytes went one way, counted from now; once. What is beyond them is lost. */
  cutAfter(way: 'out' | 'back', bytes: number): void;
  /** Bytes that went each way since `cutAfter` was called or the relay was started. */
  readonly passed: () => { readonly out: number; readonly back: number };
  /** The next connections are closed before anything was sent over them. */
  refuseNext(count: number): void;
  /** Cuts every connection there is; returns when the other ends had time to see it. */
  cutAll(): Promise<void>;
  /** Where connections go from now on, as of an address that another server took over; there are none to the one before. */
  leadTo(port: number): Promise<void>;
  /** Connections that were made, those that were refused among them. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let cutting = false;
  let refusing = 0;
  let cut: { way: 'out' | 'back'; bytes: number } | undefined;
  let passed = { out: 0, back: 0 };
  let connections = 0;
  let { port: farPort } = target;
  const server = createServer((near) => {
    connections += 1;
    if (refusing > 0) {
      refusing -= 1;
      near.destroy();
      return;
    }
    const far = connect({ host: target.host, port: farPort });
    for (const socket of [near, far])
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    const pass = (way: 'out' | 'back', chunk: Buffer): void => {
      const to = way === 'out' ? far : near;
      const room = cut?.way === way ? Math.max(0, cut.bytes - passed[way]) : Number.POSITIVE_INFINITY;
      passed[way] += chunk.length;
      if (chunk.length < room) {
        to.write(chunk);
        return;
      }
      cut = undefined;
      // What was sent arrives; the other end hears nothing more.
      to.end(chunk.subarray(0, room));
      (way === 'out' ? near : far).destroy();
    };
    near.on('close', () => far.end()).on('data', (chunk: Buffer) => pass('out', chunk));
    far
      .on('close', () => near.destroy())
      .on('data', (chunk: Buffer) => (cutting ? near.destroy() : pass('back', chunk)));
  });
  const cutAll = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutOnAnswer: (yes) => (cutting = yes),
    cutAfter: (way, bytes) => {
      cut = { way, bytes };
      passed = { out: 0, back: 0 };
    },
    passed: () => ({ ...passed }),
    refuseNext: (count) => (refusing = count),
    cutAll,
    leadTo: async (port) => {
      farPort = port;
      await cutAll();
    },
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
