import { type Dispatcher, Pool } from 'undici';
import type { SourceSettings, SourceTls } from '../../domain/source-settings.ts';
import { guardedLookup } from './guarded-lookup.ts';

export type SourceRequest = Omit<Dispatcher.RequestOptions, 'origin'>;

/** Connections to one endpoint of a source, made with the certificates of the moment. */
export interface SourcePool {
  request(options: SourceRequest): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/** When the certificates change, what is under way ends on the connections that it began on, and they with it. */
export function openSourcePool(settings: SourceSettings, origin: string): SourcePool {
  let held: { readonly tls: SourceTls; readonly pool: Pool } | undefined;
  const replaced = new WeakSet<SourceTls>();
  const ending = new Set<Pool>();
  const end = ({ tls, pool }: { readonly tls: SourceTls; readonly pool: Pool }): void => {
    replaced.add(tls);
    ending.add(pool);
    const ended = (): void => void ending.delete(pool);
    pool.close().then(ended, ended);
  };
  const poolFor = (tls: SourceTls): Pool => {
    if (held !== undefined && (tls === held.tls || replaced.has(tls))) return held.pool;
    if (held !== undefined) end(held);
    held = { tls, pool: connect(settings, origin, tls) };
    return held.pool;
  };
  return {
    request: async (options) => {
      const tls = await settings.tls.current();
      // From here on in one go: on a pool that ends, nothing can begin. Who was told of one that was replaced meanwhile takes the newer.
      return await poolFor(tls).request(options);
    },
    close: async () => {
      const open = held === undefined ? [] : [held.pool];
      await Promise.all([...open, ...ending].map(async (pool) => await pool.destroy()));
    },
  };
}

function connect(settings: SourceSettings, origin: string, tls: SourceTls): Pool {
  return new Pool(origin, {
    connections: settings.breaker.concurrency,
    pipelining: 1,
    connect: {
      ...tls,
      timeout: settings.connectTimeoutMs,
      rejectUnauthorized: true,
      lookup: guardedLookup(settings.mayReach),
    },
    headersTimeout: settings.firstByteTimeoutMs,
    bodyTimeout: settings.totalTimeoutMs,
    allowH2: false,
  });
}
