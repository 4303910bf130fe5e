import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type Ended, type RunOptions, run } from './process.ts';

/** A file that `npm run build` made; `npm test` builds first. */
export function built(path: string): string {
  const file = resolve('dist', path);
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\` first`);
  return file;
}

/** The command as an operator runs it: a process of its own, with no environment but what is given. */
export async function shuqiao(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return await node([built('cli/shuqiao.js'), ...args], options);
}

/** Node with these arguments, away from the checkout. */
export async function node(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return await run(process.execPath, args, { cwd: tmpdir(), ...options }).ended();
}
