import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { Database } from '../../src/store/database.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Databases, openDatabases, withOwner } from '../../src/store/open-databases.ts';
import { entryNumber, readRows, treesOf, verifyDatabase } from '../support/ledger.ts';

const FIRST = readFileSync(new URL('../../src/store/migrations/0001-ledger.sql', import.meta.url), 'utf8');

describe('a ledger that was written before there was a tree', () => {
  let name: string;
  let url: string;
  let databases: Databases;
  const owner = async <T>(work: (owner: Database) => Promise<T>): Promise<T> => await withOwner(url, work);

  beforeEach(async () => {
    name = `before_${randomBytes(6).toString('hex')}`;
    await withOwner(inject('postgresUrl'), async (server) => await server.query(`create database ${name}`));
    url = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href;
    databases = await openDatabases({ url, embeddedDir: '', maxConnections: 2, statementTimeoutMs: 10_000 });
    await owner(async (database) => await database.script(FIRST));
  });
  afterEach(async () => {
    await databases.close();
    await withOwner(inject('postgresUrl'), async (server) => await server.query(`drop database ${name} with (force)`));
  });

  const write = async (count: number) => {
    const twice = entryNumber(0);
    // As the first version wrote: two entries of one exchange, and an id that is none, among them.
    const odd = [twice, { ...twice, outcome: 'failed' }, entryNumber(0, { exchange: 'exchange-1' })];
    const entries = [...odd, ...Array.from({ length: count }, (_, number) => entryNumber(number))]
      .slice(0, count)
      .map(canonicalJson);
    await owner(async (database) => await database.query('select ledger.append($1)', [JSON.stringify(entries)]));
  };

  /** Everything but the first file, which is there already. */
  const convert = async () =>
    await owner(async (database) => {
      await database.script(`create schema shuqiao; create table shuqiao.migration (
        name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp())`);
      const checksum = createHash('sha256').update(FIRST).digest('hex');
      await database.query(`insert into shuqiao.migration values ('0001-ledger.sql', $1)`, [checksum]);
      return await migrate(database);
    });

  it.each([0, 1, 256, 700])(
    'keeps its %i rows and their chain, and has the tree over them; then goes on',
    async (count) => {
      await write(count);
      const before = await readRows(databases);
      await convert();
      expect(await readRows(databases)).toEqual(before);
      for (const more of [0, 1, 2]) {
        const { stored, computed } = await treesOf(databases);
        expect(stored).toEqual(computed);
        expect(await ledgerWriter(databases.exchange).append(entryNumber(more))).toMatchObject({
          index: before.length + more,
        });
      }
      expect(await verifyDatabase(databases)).toMatchObject({ verdict: 'consistent', size: before.length + 3 });
      const tiles = await databases.control.query('select 1 from ledger.tile');
      expect(tiles).toHaveLength(Math.floor((count + 3) / 256));
    },
  );

  it('is not converted when it does not hold together', async () => {
    await write(10);
    await owner(async (database) => await database.script(`update ledger.head set chain = sha256(chain)`));
    await expect(convert()).rejects.toMatchObject({ code: 'XX001' });
    expect(await readRows(databases)).toHaveLength(10);
  });
});
