import { setTimeout as pause } from 'node:timers/promises';
import type { Receipt } from '../domain/ledger-entry.ts';
import { type Database, OutcomeUnknownError } from './database.ts';

export interface Resending {
  /** Since the outcome became unknown: no attempt begins later. */
  readonly withinMs: number;
  /** Before the first further attempt; twice as long before each that follows, up to 16 times. */
  readonly pauseMs: number;
}

const RESENDING: Resending = { withinMs: 3000, pauseMs: 20 };

/**
 * Appends items, each a JSON object `{"entry": canonical text, …}`. Where the outcome is unknown the same batch is sent
 * again over another connection: the lock on the head puts it after the first, and what that wrote is answered as known.
 * Rejects, after a while, when that is not to be found out.
 */
export function appendBatch(
  database: Database,
  { withinMs, pauseMs }: Resending = RESENDING,
): (items: readonly string[]) => Promise<readonly Receipt[]> {
  return async (items) => {
    let unknownSince: number | undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(database, items);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) unknownSince ??= performance.now();
        const goesOn = unknownSince !== undefined && performance.now() - unknownSince < withinMs;
        // A data fault is the answer: sent the first time, the same batch failed as well.
        if (!goesOn || isDataFault(error)) throw error;
        await pause(pauseMs * 2 ** Math.min(attempt, 4));
      }
    }
  };
}

async function send(database: Database, items: readonly string[]): Promise<readonly Receipt[]> {
  const rows = await database.query<{ index: string | number; leaf: string }>(
    'select index, leaf from ledger.append($1)',
    [`[${items.join()}]`],
    'append',
  );
  return rows.map(({ index, leaf }) => ({ index: Number(index), leaf }));
}

/** SQLSTATE 22 and 23: what was sent is at fault, not the database. */
export function isDataFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]\w{3}$/.test(error.code);
}
