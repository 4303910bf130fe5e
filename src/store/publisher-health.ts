import type { Database } from './database.ts';

export interface PublisherRights {
  /** Whether the standbys of the server can be seen. */
  readonly seesStandbys: boolean;
  /** Whether a commit is on disk before it is seen, by the setting of this database. */
  readonly commitsDurably: boolean;
}

const RIGHTS = `
  select pg_has_role('shuqiao_ledger_owner', 'pg_read_all_stats', 'usage') as "seesStandbys",
    current_setting('synchronous_commit') <> 'off' as "commitsDurably"`;

/** What the publisher's database lets it find out. */
export async function publisherRights(database: Database): Promise<PublisherRights> {
  const [rights] = await database.query<PublisherRights>(RIGHTS);
  return rights ?? { seesStandbys: false, commitsDurably: false };
}
