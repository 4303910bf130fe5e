import type { RequestListener } from 'node:http';
import { type ListenAt, type Listener, listenPlain, listenTls, type TlsListener, type TlsNeeds } from './listener.ts';

export type Listeners = Readonly<Record<'telemetry' | 'control', Listener>> & { readonly exchange: TlsListener };

export interface ListenersNeeds {
  readonly handlers: Readonly<Record<keyof Listeners, RequestListener>>;
  readonly at: Readonly<Record<keyof Listeners, ListenAt>>;
  /** Of the exchange listener. */
  readonly secure: TlsNeeds;
}

/** All three or none: a gateway that cannot take exchanges must not look alive. */
export async function openListeners({ handlers, at, secure }: ListenersNeeds): Promise<Listeners> {
  const open: Listener[] = [];
  const opened = async <Opened extends Listener>(listening: Promise<Opened>): Promise<Opened> => {
    const listener = await listening;
    open.push(listener);
    return listener;
  };
  try {
    return {
      telemetry: await opened(listenPlain(handlers.telemetry, at.telemetry)),
      control: await opened(listenPlain(handlers.control, at.control)),
      exchange: await opened(listenTls(handlers.exchange, at.exchange, secure)),
    };
  } catch (error) {
    await Promise.all(open.map(async (listener) => await listener.close(0)));
    throw error;
  }
}

/** Those that take exchanges first, and what these use; last the one that says that we are stopping. */
export async function closeListeners(
  { exchange, control, telemetry }: Listeners,
  graceMs: number,
  closeUsed: () => Promise<void>,
): Promise<void> {
  await Promise.all([exchange.close(graceMs), control.close(graceMs)]);
  await closeUsed();
  await telemetry.close(0);
}
