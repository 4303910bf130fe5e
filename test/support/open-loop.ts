import { connect, type TLSSocket } from 'node:tls';

/** Who calls, and what it sends each time. */
export interface LoadCaller {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly connections: number;
  readonly request: string;
}

/** What became of the calls of one load. Milliseconds are counted from when a call was due, not from when it was sent. */
export interface Outcome {
  /** Calls that were due, and those that no connection was free for until the end. */
  readonly due: number;
  readonly unsent: number;
  /** By status, in the order in which they were answered; 0 for a connection that was lost. */
  readonly milliseconds: Readonly<Record<number, readonly number[]>>;
  readonly seconds: number;
}

export interface LoadGenerator {
  /** So many calls a second, whether or not the ones before were answered. */
  openLoop(perSecond: number, seconds: number): Promise<Outcome>;
  /** Calls again as soon as it is answered, on so many connections. */
  closedLoop(connections: number, seconds: number): Promise<Outcome>;
  close(): void;
}

interface Line {
  socket: TLSSocket | undefined;
  due: number | undefined;
  received: string;
}

/** HTTP/1.1 as far as a gateway's answers go, written by hand: whoever makes ten times the load has to be ten times cheaper. */
export async function startLoad(caller: LoadCaller): Promise<LoadGenerator> {
  let milliseconds: Record<number, number[]> = {};
  let free: Line[] = [];
  let backlog: number[] = [];
  let onFree: (line: Line) => void = (line) => free.push(line);
  let closed = false;

  function ended(line: Line, status: number): void {
    if (line.due !== undefined) (milliseconds[status] ??= []).push(performance.now() - line.due);
    line.due = undefined;
    line.received = '';
  }

  function send(line: Line, due: number): void {
    line.due = due;
    line.socket?.write(caller.request);
  }

  function open(line: Line): void {
    const socket = connect({ host: caller.host, port: caller.port, servername: 'localhost', ...caller.tls });
    socket.setNoDelay(true).setEncoding('latin1');
    socket.once('secureConnect', () => {
      line.socket = socket;
      onFree(line);
    });
    socket.on('data', (text: string) => {
      line.received += text;
      const status = statusOf(line.received);
      if (status === undefined) return;
      const closes = /\r\nconnection: close\r\n/i.test(line.received);
      ended(line, status);
      if (!closes) onFree(line);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      line.socket = undefined;
      free = free.filter((other) => other !== line);
      ended(line, 0);
      if (!closed) setTimeout(() => open(line), 100);
    });
  }

  const lines = Array.from(
    { length: caller.connections },
    (): Line => ({ socket: undefined, due: undefined, received: '' }),
  );
  for (const line of lines) {
    open(line);
    await new Promise((done) => setTimeout(done, 2));
  }
  while (free.length < lines.length) await new Promise((done) => setTimeout(done, 10));

  async function during(seconds: number, work: (from: number) => Promise<number>): Promise<Outcome> {
    milliseconds = {};
    const from = performance.now();
    const due = await work(from);
    // What is under way is answered or given up.
    const until = performance.now() + 5_000;
    const unsent = backlog.length;
    backlog = [];
    while (lines.some(({ due }) => due !== undefined) && performance.now() < until)
      await new Promise((done) => setTimeout(done, 10));
    return { due, unsent, milliseconds, seconds };
  }

  return {
    openLoop: async (perSecond, seconds) =>
      await during(seconds, async (from) => {
        let sent = 0;
        onFree = (line) => {
          const waited = backlog.shift();
          if (waited === undefined) free.push(line);
          else send(line, waited);
        };
        while (performance.now() - from < seconds * 1000) {
          const now = performance.now();
          for (; sent < ((now - from) / 1000) * perSecond; sent += 1) {
            const due = from + (sent / perSecond) * 1000;
            const line = free.shift();
            if (line === undefined) backlog.push(due);
            else send(line, due);
          }
          await new Promise((done) => setTimeout(done, 1));
        }
        onFree = (line) => free.push(line);
        return sent;
      }),
    closedLoop: async (connections, seconds) =>
      await during(seconds, async (from) => {
        let sent = 0;
        const callAgain = (line: Line): void => {
          if (performance.now() - from >= seconds * 1000) {
            free.push(line);
            return;
          }
          sent += 1;
          send(line, performance.now());
        };
        onFree = callAgain;
        for (const line of free.splice(0, connections)) callAgain(line);
        await new Promise((done) => setTimeout(done, seconds * 1000));
        onFree = (line) => free.push(line);
        return sent;
      }),
    close: () => {
      closed = true;
      for (const { socket } of lines) socket?.destroy();
    },
  };
}

/** Of a whole answer; undefined while it is not whole. */
function statusOf(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end + 2))?.[1] ?? 0);
  return received.length >= end + 4 + length ? Number(received.slice(9, 12)) : undefined;
}
