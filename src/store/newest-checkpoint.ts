import type { PublishedCheckpoint } from '../domain/log-source.ts';
import type { Database } from './database.ts';

const NEWEST = 'select size, note from ledger.checkpoint order by size desc limit 1';

/** The last that was published, of whatever origin; who signed it is for the reader to find out. */
export async function newestCheckpoint(database: Database): Promise<PublishedCheckpoint | undefined> {
  const [newest] = await database.query<{ size: string | number; note: string }>(NEWEST);
  return newest && { size: Number(newest.size), note: newest.note };
}
