import { connect } from 'node:net';
import type { PoolClient } from 'pg';

const CANCEL_REQUEST_CODE = 80_877_102;
const LONGEST_MS = 1000;

/**
 * Asks the server to let go of what a connection is at (CancelRequest of PostgreSQL's protocol). A server that waits for
 * a standby or a disk does not see that its client is gone: each statement that was given up would keep one connection of
 * the server until none is left for anybody. Whether it helped is not known, and nobody waits for it.
 */
export function cancelStatement(client: PoolClient): void {
  const key = keyOf(client);
  if (key === undefined) return;
  const { host, port } = client;
  const request = Buffer.alloc(16);
  for (const [place, number] of [16, CANCEL_REQUEST_CODE, key.process, key.secret].entries())
    request.writeInt32BE(number, 4 * place);
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  socket.setTimeout(LONGEST_MS, () => socket.destroy()).on('error', () => {});
  socket.end(request);
}

/** What the server told this connection, and pg keeps without a type. */
function keyOf(client: PoolClient): { readonly process: number; readonly secret: number } | undefined {
  const process = 'processID' in client ? client.processID : undefined;
  const secret = 'secretKey' in client ? client.secretKey : undefined;
  return typeof process === 'number' && typeof secret === 'number' ? { process, secret } : undefined;
}
