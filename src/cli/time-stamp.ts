import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TIMEOUT_MS = 30_000;
const run = promisify(execFile);

/** Works in a folder of its own, which is taken away. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shuqiao-timestamp-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A request for a token over a file (RFC 3161 §2.4.1): with a nonce, and asking for the certificate. */
export async function writeQuery(file: string, query: string): Promise<void> {
  await openssl(['-query', '-data', file, '-sha256', '-cert', '-out', query]);
}

export interface Reply {
  readonly reply: string;
  /** The file that was stamped, or the request that the reply is to. */
  readonly of: readonly ['-data' | '-queryfile', string];
  /** PEM: the authority above the time-stamping authority, and what is between. */
  readonly caFile: string;
}

/** The time in the token, as openssl writes it, or undefined if it does not verify. @throws Error without openssl */
export async function verifiedTime({ reply, of, caFile }: Reply): Promise<string | undefined> {
  try {
    await openssl(['-verify', ...of, '-in', reply, '-CAfile', caFile]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined;
    throw error;
  }
  const { stdout } = await openssl(['-reply', '-in', reply, '-text']);
  return /^Time stamp: (.+)$/m.exec(stdout)?.[1];
}

/** Requests and replies are its business: there is no shell, and no key of ours in it. */
async function openssl(args: readonly string[]): Promise<{ readonly stdout: string }> {
  try {
    return await run('openssl', ['ts', ...args], { timeout: TIMEOUT_MS });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw isMissing ? new Error('The program openssl is not there.', { cause: error }) : error;
  }
}
