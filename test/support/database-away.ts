import { inject } from 'vitest';
import { withOwner } from '../../src/store/open-databases.ts';
import type { TestDatabase } from './database.ts';

/** Works while a database on the PostgreSQL of this run lets nobody in; those who were in are put out. */
export async function whileAway<T>({ url }: TestDatabase, work: () => Promise<T>): Promise<T> {
  if (url === undefined) throw new Error('only a database on PostgreSQL can be away');
  const name = new URL(url).pathname.slice(1);
  const allow = async (allowed: boolean): Promise<void> =>
    await withOwner(inject('postgresUrl'), async (owner) => {
      await owner.query(`alter database ${name} with allow_connections ${String(allowed)}`);
      if (!allowed)
        await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    });
  await allow(false);
  try {
    return await work();
  } finally {
    await allow(true);
  }
}
