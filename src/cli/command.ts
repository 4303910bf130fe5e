import type { Environment } from '../config/env.ts';

/** What a command has of the world. */
export interface Shell {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: AsyncIterable<string | Uint8Array>;
}

/** Exit codes, the same for every command. */
export const EXIT = { ok: 0, failed: 1, incomplete: 2 } as const;

export interface Command {
  readonly usage: string;
  readonly summary: string;
  /** The arguments after the words of the command. @returns the exit code */
  run(args: readonly string[], shell: Shell): Promise<number>;
}

/** The command was not called as its usage says. */
export class UsageError extends Error {}
