import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../src/config/env.ts';
import { readKeyCustody } from '../src/config/key-encryption-key.ts';
import { openKeyRing } from '../src/keys/key-ring.ts';
import { heldKeys } from '../src/store/held-keys.ts';
import { migrate } from '../src/store/migrate.ts';
import { openDatabases, withOwner } from '../src/store/open-databases.ts';
import type { Registers } from '../src/trial/data/registers.ts';
import { registerDevelopmentKeys } from '../src/trial/development-keys.ts';
import { startSurroundings } from '../src/trial/surroundings.ts';
import { freePort, startPostgres } from '../test/support/postgres-server.ts';

/** The gateway as it is deployed, a process of its own, on a PostgreSQL of its own that waits for its disk. */
export interface BenchGateway {
  readonly port: number;
  readonly telemetry: string;
  readonly registers: Registers;
  /** Of a system. */
  tls(system: string): { readonly ca: string; readonly cert: string; readonly key: string };
  /** CPU seconds of the process so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export async function startBenchGateway(): Promise<BenchGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-bench-'));
  const certsDir = join(folder, 'certs');
  const surroundings = await startSurroundings({ certsDir, stateDir: folder, policiesDir: 'policies' });
  const postgres = await startPostgres(['-c fsync=on']);
  await withOwner(postgres.url, migrate);
  const databases = await openDatabases({
    url: postgres.url,
    embeddedDir: '',
    maxConnections: 2,
    statementTimeoutMs: 2000,
  });
  const custody = readKeyCustody({
    current: { file: join(certsDir, 'key-encryption.key'), command: undefined },
    previous: { file: undefined, command: undefined },
  });
  await registerDevelopmentKeys(databases.control, custody, certsDir);
  const keyRing = openKeyRing({ held: heldKeys(databases.exchange), custody, clock: { now: Date.now } });
  await keyRing.start();
  // By it the sources know who asks.
  writeFileSync(join(certsDir, 'gateway.jwks.json'), JSON.stringify({ keys: await keyRing.published('answer') }));
  await databases.close();
  const port = await freePort();
  const telemetryPort = await freePort();
  // What the environment says has precedence: to compare one setting with another.
  const given = Object.fromEntries(
    Object.entries(readEnvironment()).filter(([name]) => name.startsWith('SHUQIAO_') || name === 'PATH'),
  );
  const environment = {
    ...surroundings.environment,
    DATABASE_URL: postgres.url,
    SHUQIAO_EXCHANGE_PORT: String(port),
    SHUQIAO_CONTROL_PORT: '0',
    SHUQIAO_TELEMETRY_PORT: String(telemetryPort),
    SHUQIAO_TOKEN_TTL_SECONDS: '3600',
    ...given,
  };
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const pem = (name: string): string => readFileSync(join(certsDir, name), 'utf8');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await surroundings.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await started(child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    port,
    telemetry: `http://localhost:${telemetryPort}`,
    registers: surroundings.registers,
    tls: (system) => ({ ca: pem('ca.pem'), cert: pem(`systems/${system}.pem`), key: pem(`systems/${system}.key.pem`) }),
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    stop,
  };
}

async function started(child: ChildProcess): Promise<void> {
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the gateway does not start')));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // Only the start is of interest; the rest is read and thrown away.
      if (out.length < 100_000) out += text;
      if (out.includes('"event":"configuration"')) resolve();
    });
  });
}

/** utime and stime, fields 14 and 15, in ticks of a hundredth of a second. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
