import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { OverloadObserver } from '../../domain/overload.ts';
import type { Gate } from './gate.ts';
import type { Refuse } from './refusals.ts';

export interface ShedNeeds {
  readonly gate: Pick<Gate, 'arrive'>;
  readonly refuse: Refuse;
  readonly callerOf: (socket: Socket) => string;
  /** Whether the caller of this connection has too many of them. */
  readonly isOneTooMany: (socket: Socket) => boolean;
  readonly isDraining: () => boolean;
  readonly observer: Pick<OverloadObserver, 'shed'>;
}

/** Never rejects. */
export type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * The gate, in front of everything that a request costs: before Koa, before its body is read, before anybody is identified. Behind
 * Koa a refusal costs nearly what an answer does, and whoever is let in waits for it.
 */
export function shedBefore(handle: Handle, needs: ShedNeeds): RequestListener {
  const { gate, refuse, callerOf, isOneTooMany, isDraining, observer } = needs;
  return (req, res) => {
    const { socket } = req;
    const close = isDraining();
    // So that its caller goes to another gateway, with the next request and not in the midst of one.
    if (close) res.setHeader('Connection', 'close');
    if (isOneTooMany(socket)) {
      observer.shed('connections');
      refuse(req, res, { reason: 'connections', close: true });
      return;
    }
    gate.arrive(callerOf(socket), {
      enter: async () => await handle(req, res),
      refuse: (reason) => {
        observer.shed(reason);
        refuse(req, res, { reason, close });
      },
      isGone: () => socket.destroyed,
    });
  };
}
