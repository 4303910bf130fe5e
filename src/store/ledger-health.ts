import type { Database } from './database.ts';

/** Whether this connection could append now: the server is no standby, and the role may. Nothing is written to find out. */
export async function isLedgerWritable(database: Database): Promise<boolean> {
  try {
    const [row] = await database.query<{ writable: boolean }>(
      `select not pg_is_in_recovery() and has_function_privilege('ledger.append(text)', 'execute') as writable`,
    );
    return row?.writable === true;
  } catch {
    return false;
  }
}
