import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { inject } from 'vitest';
import { ShuqiaoClient } from '../../src/client/shuqiao-client.ts';
import { ShuqiaoProblem } from '../../src/client/shuqiao-problem.ts';
import type { LedgerRow, Receipt } from '../../src/domain/ledger-entry.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { startSurroundings } from '../../src/trial/surroundings.ts';
import { sealingKeyOf } from './client.ts';
import { exampleResident, REGISTRATION } from './harness.ts';
import { testKeyRing } from './key-ring.ts';
import { readRows, treesOf, verifyDatabase } from './ledger.ts';
import { freePort, type PostgresServer, startPostgres } from './postgres-server.ts';
import { type Ended, type Running, run } from './process.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** What a caller was given, and may show to anybody later. */
export interface Held {
  readonly exchange: string;
  readonly receipt: Receipt;
}

/** The deployed gateway as a process of its own, on a PostgreSQL of its own, reached over a network that can be cut. */
export interface CrashHarness {
  readonly postgres: PostgresServer;
  readonly network: TcpProxy;
  readonly held: readonly Held[];
  /** Where it is asked, and where its health is. */
  readonly origin: string;
  readonly telemetry: string;
  /** Its process. */
  readonly pid: () => number;
  /** Calls that had no answer of a gateway, or a problem. */
  readonly failures: () => number;
  /** What becomes of a gateway that is started besides, with this over the environment of the other. */
  startAnother(environment: Readonly<Record<string, string>>): Promise<Ended>;
  /** What came of one call: `released`, the code of a problem, or `unreachable`. */
  call(): Promise<string>;
  /** kill -9; it is started again when what else befalls is over. */
  killGateway(befalls?: () => Promise<void>): Promise<void>;
  /** Callers in a loop until `stop`; whatever they are thrown, they go on. */
  callers(count: number): { stop(): Promise<void> };
  /** What a judge finds wrong; nothing, if all is well. */
  judge(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface CrashHarnessOptions {
  /** Not migrated yet; closed with the harness. */
  readonly postgres?: PostgresServer;
  /** Over the environment of the gateway. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Said to Node before its program. */
  readonly node?: readonly string[];
}

export async function startCrashHarness(options: CrashHarnessOptions = {}): Promise<CrashHarness> {
  const certsDir = inject('certsDir');
  const stateDir = mkdtempSync(join(tmpdir(), 'shuqiao-crash-'));
  const surroundings = await startSurroundings({ certsDir, stateDir, policiesDir: 'policies' });
  const postgres = options.postgres ?? (await startPostgres(['-c fsync=on']));
  await withOwner(postgres.url, migrate);
  const databases = await openDatabases({
    url: postgres.url,
    embeddedDir: '',
    maxConnections: 2,
    statementTimeoutMs: 2000,
  });
  await testKeyRing(databases);
  await databases.close();
  const { hostname: host, port: databasePort } = new URL(postgres.url);
  const network = await startTcpProxy({ host, port: Number(databasePort) });
  const url = Object.assign(new URL(postgres.url), { port: String(network.port) }).href;
  const [port, telemetryPort] = [await freePort(), await freePort()];
  const environment = {
    ...surroundings.environment,
    DATABASE_URL: url,
    SHUQIAO_STATEMENT_TIMEOUT_MS: '1000',
    SHUQIAO_EXCHANGE_PORT: String(port),
    SHUQIAO_CONTROL_PORT: '0',
    SHUQIAO_TELEMETRY_PORT: String(telemetryPort),
    ...options.environment,
  };
  const start = async (): Promise<Running> => await startGateway(environment, options.node);
  let gateway = await start();
  const held: Held[] = [];
  let failures = 0;

  async function callWith(client: ShuqiaoClient): Promise<string> {
    try {
      const { exchangeId, receipt } = await client.exchange({
        contract: 'public-security.resident-identity.v1',
        purpose: 'open-a-shop',
        query: { residentId: exampleResident().residentId },
      });
      held.push({ exchange: exchangeId, receipt });
      return 'released';
    } catch (error) {
      failures += 1;
      return error instanceof ShuqiaoProblem ? error.code : 'unreachable';
    }
  }

  async function callUntil(stopped: () => boolean): Promise<void> {
    const client = clientOn(port);
    // A little less than all that the machine can do: others test on it too.
    while (!stopped()) await callWith(client).then(async () => await pause(10));
    client.close();
  }

  return {
    postgres,
    network,
    held,
    startAnother: async (other) =>
      await run(process.execPath, [resolve('dist/main.js')], { environment: { ...environment, ...other } }).ended(),
    origin: `https://localhost:${port}`,
    pid: () => gateway.child.pid ?? 0,
    telemetry: `http://127.0.0.1:${telemetryPort}`,
    failures: () => failures,
    call: async () => {
      const client = clientOn(port);
      return await callWith(client).finally(() => client.close());
    },
    killGateway: async (befalls) => {
      gateway.child.kill('SIGKILL');
      await befalls?.();
      await gateway.ended();
      gateway = await start();
    },
    callers: (count) => {
      let stopped = false;
      const calling = Array.from({ length: count }, async () => await callUntil(() => stopped));
      return {
        stop: async () => {
          stopped = true;
          await Promise.all(calling);
        },
      };
    },
    judge: async () => await judgeLedger(postgres.url, held),
    close: async () => {
      gateway.child.kill('SIGKILL');
      await gateway.ended();
      await network.close();
      await postgres.stop();
      await surroundings.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

async function startGateway(
  environment: Readonly<Record<string, string>>,
  node: readonly string[] = [],
): Promise<Running> {
  const gateway = run(process.execPath, [...node, resolve('dist/main.js')], { environment });
  await gateway.until('"event":"configuration"');
  return gateway;
}

function clientOn(port: number): ShuqiaoClient {
  const file = (name: string): Buffer => readFileSync(join(inject('certsDir'), name));
  return new ShuqiaoClient({
    gateway: `https://localhost:${port}`,
    system: REGISTRATION,
    tls: {
      ca: file('ca.pem'),
      cert: file(`systems/${REGISTRATION}.pem`),
      key: file(`systems/${REGISTRATION}.key.pem`),
    },
    sealingKeys: [sealingKeyOf(REGISTRATION)],
    timeoutMs: 5000,
    retries: { attempts: 1 },
  });
}

/** Reads the ledger past everything that was cut or killed, and holds every receipt against it. */
export async function judgeLedger(url: string, held: readonly Held[]): Promise<readonly string[]> {
  const databases = await openDatabases({ url, embeddedDir: '', maxConnections: 2, statementTimeoutMs: 10_000 });
  try {
    const rows = await readRows(databases);
    // Nothing is pinned: that nothing contradicts is all there is to be said.
    const { verdict } = await verifyDatabase(databases);
    const { stored, computed } = await treesOf(databases);
    const exchanges = rows.map(({ columns }) => columns.exchange);
    const wrong: readonly (readonly [string, boolean])[] = [
      [`the ledger is ${verdict}`, verdict !== 'consistent'],
      ['the indexes are not contiguous', rows.some(({ index }, place) => index !== place)],
      ['an exchange is there twice', new Set(exchanges).size !== exchanges.length],
      ['the root is not the one of the leaves', !isDeepStrictEqual(stored, computed)],
      ...held.map((one) => [`the receipt at ${one.receipt.index} is not kept`, !isKept(one, rows)] as const),
    ];
    return wrong.flatMap(([fault, found]) => (found ? [fault] : []));
  } finally {
    await databases.close();
  }
}

function isKept({ exchange, receipt }: Held, rows: readonly LedgerRow[]): boolean {
  const row = rows[receipt.index];
  return row?.leaf === receipt.leaf && row.columns.exchange === exchange && row.columns.outcome === 'released';
}
