import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { OverloadObserver } from '../../domain/overload.ts';
import { counts } from './counts.ts';

export interface ConnectionSettings {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxConnectionsPerCaller: number;
  /** Connections that have not proven anything yet. */
  readonly maxHandshakes: number;
}

export interface ConnectionNeeds {
  readonly callerOf: (socket: Socket) => string;
  readonly observer: Pick<OverloadObserver, 'dropped'>;
}

export interface ConnectionLimits {
  /** To be called before anything else of it hears of connections. */
  watch(server: Server): void;
  /** Whether the caller of this connection had as many as it may when it came: it is told so, and loses it. */
  isOneTooMany(socket: Socket): boolean;
  /** Closes every connection that has proven nothing yet. */
  dropUnproven(): void;
}

/** What one too many has to ask something and hear why it gets nothing. */
const LAST_WORD_MS = 2_000;

/**
 * So many connections and no more, so that the process always has a file descriptor left for its database, its sources and whoever asks
 * how it is. Whoever is slow to prove itself goes first, the slowest of all before whoever comes next: nobody keeps others out
 * by opening connections and saying nothing.
 */
export function connectionLimits(
  settings: ConnectionSettings,
  { callerOf, observer }: ConnectionNeeds,
): ConnectionLimits {
  const perAddress = counts();
  const perCaller = counts();
  // In the order in which they came, by the address and port of the other side: TLS does not tell which socket it is spoken over.
  const handshaking = new Map<string, Socket>();
  const oneTooMany = new WeakSet<Socket>();

  function connected(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const name = nameOf(socket);
    socket.once('close', () => {
      perAddress.less(address);
      handshaking.delete(name);
    });
    if (perAddress.more(address) > settings.maxConnectionsPerAddress) {
      observer.dropped('address');
      socket.destroy();
      return;
    }
    handshaking.set(name, socket);
    if (handshaking.size <= settings.maxHandshakes) return;
    const [slowest] = handshaking.values();
    observer.dropped('handshakes');
    slowest?.destroy();
  }

  function secured(socket: TLSSocket): void {
    handshaking.delete(nameOf(socket));
    const caller = callerOf(socket);
    socket.once('close', () => perCaller.less(caller));
    if (perCaller.more(caller) <= settings.maxConnectionsPerCaller) return;
    oneTooMany.add(socket);
    const goes = setTimeout(() => socket.destroy(), LAST_WORD_MS).unref();
    socket.once('close', () => clearTimeout(goes));
  }

  return {
    watch: (server) => {
      server.maxConnections = settings.maxConnections;
      server.on('drop', () => observer.dropped('all'));
      server.on('connection', connected);
      server.on('secureConnection', secured);
    },
    isOneTooMany: (socket) => oneTooMany.has(socket),
    dropUnproven: () => {
      for (const socket of handshaking.values()) socket.destroy();
    },
  };
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
