import { setTimeout as pause } from 'node:timers/promises';
import type { OperatorEntry, Receipt } from '../domain/ledger-entry.ts';
import type { SealedPart } from '../domain/personal-parts.ts';
import type { Pruning } from '../domain/pruning.ts';
import { type Database, translated } from './database.ts';
import { ledgerItem } from './ledger-item.ts';

/** What may be taken out of a ledger, and what was. */
export interface Prunable {
  /** Only so many entries, or a multiple of them, can go. */
  partitionSize(): Promise<number>;
  /** When the database recorded the newest of the entries from `from` up to `to`, in milliseconds since 1970. */
  newestAt(from: number, to: number): Promise<number | undefined>;
  /** The last that was recorded. */
  last(): Promise<Pruning | undefined>;
}

export function prunable(control: Database): Prunable {
  return {
    partitionSize: async () => {
      const [head] = await control.query<{ size: string | number }>('select partition_size as size from ledger.head');
      if (head === undefined) throw new TypeError('the ledger has no head');
      return Number(head.size);
    },
    newestAt: async (from, to) => {
      const [row] = await control.query<{ at: string | number | null }>(
        `select ceil(extract(epoch from max(recorded_at)) * 1000) as at from ledger.entry where index >= $1 and index < $2`,
        [from, to],
      );
      return row === undefined || row.at === null ? undefined : Number(row.at);
    },
    last: async () => await lastPruning(control),
  };
}

/** The last that was recorded, or of those that were carried out. */
export async function lastPruning(database: Database, { dropped = false } = {}): Promise<Pruning | undefined> {
  const [row] = await translated(
    database.query<{ upto: string | number; index: string | number; dropped: boolean; finished: boolean }>(
      `select upto, index, dropped_at is not null as dropped, finished_at is not null as finished
       from ledger.pruned where dropped_at is not null or not $1 order by upto desc limit 1`,
      [dropped],
    ),
  );
  return row && { upto: Number(row.upto), by: Number(row.index), dropped: row.dropped, finished: row.finished };
}

/** What the role that prunes can do, and all that it can. Each call can be made again after a crash. */
export interface Pruner {
  /** Of a range that was recorded, `known`: the entry that stands. */
  enter(entry: OperatorEntry, aside: readonly SealedPart[]): Promise<Receipt & { readonly known: boolean }>;
  /** Takes out what leads to the entries, and what is sealed beside them. While they are there. */
  forgetAside(by: number): Promise<void>;
  /** Takes out the entries. @returns false if readers and writers left no moment for it */
  drop(by: number): Promise<boolean>;
  /** Takes out what was left for them. @param keysElsewhere whether the keys of subjects are in another database */
  finish(by: number, keysElsewhere: boolean): Promise<void>;
}

const ATTEMPTS = 100;
/** Others get on between two of them. */
const PAUSE_MS = 200;
/** lock_not_available, deadlock_detected. */
const BUSY = new Set(['55P03', '40P01']);

export function pruner(prune: Database): Pruner {
  return {
    enter: async (entry, aside) => {
      const [row] = await prune.query<{ index: string | number; leaf: string; known: boolean }>(
        'select index, leaf, known from ledger.enter_prune($1)',
        [ledgerItem(entry, aside)],
      );
      if (row === undefined) throw new TypeError('the ledger did not answer');
      return { index: Number(row.index), leaf: row.leaf, known: row.known };
    },
    forgetAside: async (by) => {
      let next: string | number | null = 0;
      while (next !== null) {
        const rows: readonly { readonly next: string | number | null }[] = await prune.query(
          'select ledger.forget_aside($1, $2) as next',
          [by, next],
        );
        next = rows[0]?.next ?? null;
      }
    },
    drop: async (by) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        try {
          await prune.query('select ledger.drop_pruned($1)', [by]);
          return true;
        } catch (error) {
          if (!isBusy(error)) throw error;
          await pause(PAUSE_MS);
        }
      }
      return false;
    },
    finish: async (by, keysElsewhere) => {
      await prune.query('select ledger.finish_pruning($1, $2)', [by, keysElsewhere]);
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && BUSY.has(error.code);
}
