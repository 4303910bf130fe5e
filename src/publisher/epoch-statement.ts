import { canonicalJson } from '../domain/canonical-json.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson, StrictJsonError } from '../domain/strict-json.ts';

export const EPOCH_CAUSES = ['restored', 'key-lost', 'state-lost'] as const;

/** Why the old origin cannot be continued: the database was restored, or the publisher lost its key or its state. */
export type EpochCause = (typeof EPOCH_CAUSES)[number];

/**
 * An entry of the log that says: what was published under the origin of `previous` ends with that checkpoint, and goes on
 * from here under `origin`.
 */
export interface EpochStatement {
  readonly origin: string;
  /** The last checkpoint of the old origin, as it was signed: who reads the statement need not believe it. */
  readonly previous: string;
  readonly cause: EpochCause;
}

export interface NamedStatement extends EpochStatement {
  /** A UUID. */
  readonly id: string;
  readonly atMs: number;
}

/** The entry, canonical. */
export function formatEpochStatement({ id, atMs, origin, previous, cause }: NamedStatement): string {
  const entry: JsonObject = { v: 1, kind: 'epoch', id, at: new Date(atMs).toISOString(), origin, previous, cause };
  return canonicalJson(entry);
}

// Entries are canonical: one of this kind has exactly these bytes in it. What has them besides is parsed and found out.
const MARK = Buffer.from('"kind":"epoch"');

/** What an entry says of epochs; undefined for every other one. */
export function readEpochStatement(entry: Uint8Array): Pick<EpochStatement, 'origin' | 'previous'> | undefined {
  if (!Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).includes(MARK)) return undefined;
  const { kind, origin, previous } = objectOf(entry);
  const isStatement = kind === 'epoch' && typeof origin === 'string' && typeof previous === 'string';
  return isStatement ? { origin, previous } : undefined;
}

/** What an entry says; nothing if it is no object. */
export function objectOf(entry: Uint8Array): JsonObject {
  try {
    const value = parseStrictJson(entry);
    return isJsonObject(value) ? value : {};
  } catch (error) {
    if (error instanceof StrictJsonError) return {};
    throw error;
  }
}
