import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { JsonObject } from '../auditor/read-canonical.ts';
import type { Verification } from '../auditor/verification.ts';
import { verifyExport } from '../auditor/verify-export.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { describeVerification } from './verification-text.ts';

/** The export of what is to be pruned, computed again by the code of an auditor. */
export interface PruneBundle {
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly told: Verification;
  /** The latest time that any of its entries says. */
  readonly newest: string;
}

/** @throws Error if it is not verified, or an entry in it does not say when it was */
export async function readPruneBundle(file: string, policy: TrustPolicy): Promise<PruneBundle> {
  const hash = createHash('sha256');
  let newest = '';
  let timeless: number | undefined;
  const told = await verifyExport(hashed(file, hash), {
    policy,
    onEntry: (entry, index) => {
      const at = latestIn(entry);
      if (at === undefined) timeless ??= index;
      else if (at > newest) newest = at;
    },
  });
  if (told.verdict !== 'verified')
    throw new Error(`The export is not verified, so nothing goes. ${describeVerification(told, {}).trimEnd()}`);
  if (timeless !== undefined) throw new Error(`Entry ${timeless} does not say when it was, so nothing goes.`);
  return { digest: hash.digest('hex'), told, newest };
}

/** SHA-256 of a file, hex. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(bytesOf(chunk));
  return hash.digest('hex');
}

async function* hashed(file: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file)) {
    const bytes = bytesOf(chunk);
    hash.update(bytes);
    yield bytes;
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('a file is read as bytes');
}

// In one form, so that the later of two is the greater text.
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function latestIn(entry: JsonObject): string | undefined {
  return Object.values(entry)
    .flatMap((value) => (typeof value === 'string' && TIME.test(value) ? [value] : []))
    .sort()
    .at(-1);
}
