import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from standard input. */
  readonly input?: string;
}

/** A file that `npm run build` made; `npm test` builds first. */
export function built(path: string): string {
  const file = resolve('dist', path);
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\` first`);
  return file;
}

/** The command as an operator runs it: a process of its own, with no environment but what is given. */
export async function shuqiao(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return await run([built('cli/shuqiao.js'), ...args], options);
}

/** Node with these arguments. */
export async function run(args: readonly string[], { environment = {}, input = '' }: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [...args], { cwd: tmpdir(), env: environment, stdio: 'pipe' });
  const chunks: Record<'out' | 'err', Buffer[]> = { out: [], err: [] };
  child.stdout.on('data', (chunk: Buffer) => chunks.out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.err.push(chunk));
  // It may end without reading what it is given.
  child.stdin.on('error', () => {}).end(input);
  const status = await new Promise<number | null>((ended, reject) => child.once('error', reject).once('close', ended));
  const text = (of: readonly Buffer[]): string => Buffer.concat(of).toString('utf8');
  return { status, out: text(chunks.out), err: text(chunks.err) };
}
