import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Whether a program is installed that answers a harmless call. */
export function isInstalled(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** A test in the place of those that need the program: the suite passes without it, and says what it did not do. */
export function sayMissing(what: string, how: string): void {
  process.stdout.write(`conformance: not run: ${what} is not installed; ${how}\n`);
  it(`has no ${what} here to be run against`, () => {
    expect(what).not.toBe('');
  });
}

/** What a program says to what it is given. @throws Error if it fails */
export function filter(program: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) throw new Error(`${program} ${args[0]} ${args[1] ?? ''}: ${status} ${stderr}`);
  return stdout;
}
