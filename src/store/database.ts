import { Problem } from '../domain/problem.ts';

/**
 * 'exchange' can append to the ledger and change nothing else; 'control' can read it; 'publisher' can read it and store
 * checkpoints; 'prune' can take out what an entry under a checkpoint says is to go. Migrating takes none of them.
 */
export type DatabaseRole = 'exchange' | 'control' | 'publisher' | 'prune' | 'owner';

/** What the store needs of a database, real or embedded: one statement at a time, or several as one transaction. */
export interface Database {
  /** @param name of a statement that is sent often, and of no other: a connection has it parsed and planned once. */
  query<Row extends object>(sql: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
  /** Several statements without parameters, all or nothing. */
  script(sql: string): Promise<void>;
  /** Whether a commit survives the loss of power. */
  readonly durable: boolean;
  readonly description: string;
  close(): Promise<void>;
}

/** The connection was lost, or nothing was heard, after a statement was sent: it may have been committed. */
export class OutcomeUnknownError extends Error {
  constructor(cause: unknown) {
    super('what became of the statement is not known', { cause });
    this.name = 'OutcomeUnknownError';
  }
}

/** Database faults never carry their text outward: it may quote the row. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new Problem('ledger.unwritable', { cause, retryAfterSeconds: 1 });
  }
}
