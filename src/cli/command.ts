import type { Environment } from '../config/env.ts';

/** What a command has of the world. */
export interface Shell {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: AsyncIterable<string | Uint8Array>;
}

/**
 * Exit codes. Where 1 says that something was found to be wrong, as with a ledger, what kept a command from finding out
 * is 2; the commands that look through files say it the other way round, as linters do.
 */
export const EXIT = { ok: 0, failed: 1, incomplete: 2, error: 1, findings: 2 } as const;

export interface Command {
  readonly usage: string;
  readonly summary: string;
  /** The exit code when it is called wrongly or throws; `EXIT.incomplete` if not given. */
  readonly errorExit?: number;
  /** The arguments after the words of the command. @returns the exit code */
  run(args: readonly string[], shell: Shell): Promise<number>;
}

/** The command was not called as its usage says. */
export class UsageError extends Error {}
