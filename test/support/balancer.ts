import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  readonly port: number;
  /** Until it sees so many of them ready. */
  sees(count: number): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MS = 50;

/** Hands connections in turn to whoever says on /readyz that it is ready. It knows nothing of TLS or HTTP. */
export async function startBalancer(
  places: readonly { readonly port: number; readonly telemetryPort: number }[],
): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let ready: typeof places = [];
  let turn = 0;
  const look = setInterval(() => {
    void Promise.all(
      places.map(async (place) => {
        const answer = await fetch(`http://127.0.0.1:${place.telemetryPort}/readyz`).catch(() => undefined);
        await answer?.arrayBuffer().catch(() => {});
        return answer?.ok === true ? [place] : [];
      }),
    ).then((found) => (ready = found.flat()));
  }, LOOK_MS);
  const server = createServer((near) => {
    turn += 1;
    const place = ready[turn % Math.max(1, ready.length)];
    sockets.add(near.on('error', () => {}).on('close', () => sockets.delete(near)));
    if (place === undefined) {
      near.destroy();
      return;
    }
    const far = connect(place.port, '127.0.0.1');
    sockets.add(far.on('error', () => near.destroy()).on('close', () => sockets.delete(far)));
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sees: async (count) => {
      while (ready.length !== count) await new Promise((done) => setTimeout(done, 10));
    },
    close: async () => {
      clearInterval(look);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
