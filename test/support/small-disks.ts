import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Where the programs see it that run within. */
  readonly path: string;
  /** Where this process sees it. */
  readonly seen: string;
  /** Takes all the room that is left on it. */
  fill(): void;
  /** Gives back what was taken. */
  free(): void;
}

/** Two file systems that can really be full, one for the data of a PostgreSQL and one for its log of writes. */
export interface SmallDisks {
  readonly data: SmallDisk;
  readonly wal: SmallDisk;
  /** What to say before a program so that it sees them. */
  readonly within: readonly [string, ...string[]];
  close(): Promise<void>;
}

const SIZES = { data: '96m', wal: '12m' };

/**
 * In memory, mounted for a process of their own and gone with it, whatever becomes of the test: as root, and as anybody
 * where the kernel lets users have name spaces. Undefined where neither may mount anything.
 */
export async function smallDisks(): Promise<SmallDisks | undefined> {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'shuqiao-disks-'));
  chmodSync(folder, 0o755);
  const mount = Object.entries(SIZES).map(
    ([name, size]) => `mkdir ${folder}/${name} && mount -t tmpfs -o size=${size},mode=777 shuqiao ${folder}/${name}`,
  );
  const script = [...mount, 'echo mounted', 'exec cat >/dev/null'].join(' && ');
  const holder = spawn('unshare', [isRoot ? '--mount' : '-Urm', 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (!(await saysSomething(holder))) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const disk = (name: string): SmallDisk => diskAt(join(folder, name), `/proc/${holder.pid}/root`);
  return {
    data: disk('data'),
    wal: disk('wal'),
    within: [
      'nsenter',
      `--target=${holder.pid}`,
      '--mount',
      // PostgreSQL refuses to run as root: as the first that there is, and where we are made root inside, as nobody inside that.
      ...(isRoot
        ? ['--setuid=65534', '--setgid=65534']
        : ['--user', '--preserve-credentials', 'unshare', '-U', '--map-user=65534']),
    ],
    close: async () => {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function diskAt(path: string, root: string): SmallDisk {
  const filler = join(root, path, 'filler');
  return {
    path,
    seen: join(root, path),
    fill: () => {
      const file = openSync(filler, 'a');
      try {
        // To the last page.
        for (const bytes of [1 << 20, 1 << 12]) fillWith(file, Buffer.alloc(bytes));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
  };
}

function fillWith(file: number, piece: Buffer): void {
  try {
    while (writeSync(file, piece) === piece.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

async function saysSomething(holder: ChildProcess): Promise<boolean> {
  return await new Promise((resolve) => {
    holder.once('error', () => resolve(false)).once('exit', () => resolve(false));
    holder.stdout?.once('data', () => resolve(true));
  });
}
