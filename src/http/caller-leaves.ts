import type { ServerResponse } from 'node:http';

/**
 * Tells, once, if the connection closes before the whole answer is written; at once if it has. Heard on the connection as
 * well as on the response: one that waits behind another on its connection (pipelining) never hears that it closed.
 */
export function whenCallerLeaves(res: ServerResponse, tell: () => void): void {
  const { socket } = res.req;
  const gone = (): void => {
    socket.off('close', gone);
    res.off('close', gone);
    if (!res.writableFinished) tell();
  };
  if (res.closed || socket.destroyed) {
    gone();
    return;
  }
  socket.once('close', gone);
  res.once('close', gone);
}
