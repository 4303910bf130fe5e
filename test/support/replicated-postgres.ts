import { migrate } from '../../src/store/migrate.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { type PostgresServer, type Standby, startPostgres } from './postgres-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const NAME = 'second-site';

/** A primary, a standby that has to have what is committed, and the address by which callers find the one of them that it leads to. */
export interface ReplicatedPostgres {
  readonly primary: PostgresServer;
  readonly standby: Standby;
  readonly address: TcpProxy;
  readonly url: string;
  close(): Promise<void>;
}

export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const primary = await startPostgres(['-c fsync=off', '-c hot_standby=on']);
  await withOwner(primary.url, migrate);
  await primary.kill();
  const copy = primary.copyData();
  await primary.start();
  const standby = await primary.standby(copy, NAME);
  await standby.start();
  await withOwner(primary.url, async (owner) => {
    await owner.query(`alter system set synchronous_standby_names = '"${NAME}"'`);
    await owner.query('select pg_reload_conf()');
    await untilFollowed(
      async () => await owner.query<{ sync_state: string }>('select sync_state from pg_stat_replication'),
    );
  });
  const { hostname: host, port } = new URL(primary.url);
  const address = await startTcpProxy({ host, port: Number(port) });
  return {
    primary,
    standby,
    address,
    url: Object.assign(new URL(primary.url), { port: String(address.port) }).href,
    close: async () => {
      await address.close();
      await standby.kill().catch(() => {});
      await primary.stop();
    },
  };
}

async function untilFollowed(look: () => Promise<readonly { readonly sync_state: string }[]>): Promise<void> {
  while (!(await look()).some(({ sync_state: state }) => state === 'sync' || state === 'quorum'))
    await new Promise((done) => setTimeout(done, 20));
}
