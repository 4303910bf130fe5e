import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  out(): string;
  /** Until it has written this to standard output. */
  until(text: string): Promise<void>;
  ended(): Promise<Ended>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to PATH and HOME; nothing else of this process's environment is handed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  readonly input?: string;
}

/** A program of its own process, as its user would start it. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, environment = {}, input = '' }: RunOptions = {},
): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, [...args], {
    cwd,
    env: { PATH, HOME, ...environment },
    stdio: 'pipe',
  });
  // It may end without reading what it is given.
  child.stdin.on('error', () => {}).end(input);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (status) => resolve({ status, out, err }));
  });
  return {
    child,
    out: () => out,
    until: async (text) =>
      await new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.once('close', () => reject(new Error(`it ended without saying so: ${err}`)));
        look();
      }),
    ended: async () => await ended,
  };
}
