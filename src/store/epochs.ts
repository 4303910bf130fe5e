import type { Database } from './database.ts';

/** Appends the statement with which a new epoch begins. @returns where it stands */
export async function appendEpochStatement(exchange: Database, entry: string): Promise<number> {
  const [row] = await exchange.query<{ index: string }>('select index from ledger.append($1)', [
    JSON.stringify([{ entry }]),
  ]);
  if (row === undefined) throw new TypeError('the ledger appended nothing');
  return Number(row.index);
}
