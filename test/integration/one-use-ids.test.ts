import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneUseIds } from '../../src/store/one-use-ids.ts';
import { openDatabases } from '../../src/store/open-databases.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';

const inSeconds = (seconds: number): number => Date.now() + seconds * 1000;

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('ids that are good once, in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate identity.used_id'));
  afterAll(async () => await database.close());

  const use = async (id: string, until = inSeconds(300), issuer = 'a.system') =>
    await oneUseIds(database.databases.exchange).use(issuer, id, until);
  /** Only the owner may look. */
  const expectKept = async (count: number) =>
    await database.tamper(`do $$ begin
      if (select count(*) from identity.used_id) <> ${count} then
        raise exception 'kept %', (select count(*) from identity.used_id);
      end if;
    end $$`);

  it('are good once, however many use one at the same time', async () => {
    const used = await Promise.all(Array.from({ length: 50 }, async () => await use('an id')));
    expect(used.filter((fresh) => fresh)).toHaveLength(1);
    expect(await use('an id')).toBe(false);
  });

  it('of one issuer leave those of another alone, and may be of any length and content', async () => {
    expect(await use('an id')).toBe(true);
    expect(await use('an id', inSeconds(300), 'another.system')).toBe(true);
    expect(await use('数'.repeat(100_000))).toBe(true);
    expect(await use(`${'数'.repeat(100_000)}.`)).toBe(true);
    expect(await use("'; drop table identity.used_id; --")).toBe(true);
    expect(await use('数'.repeat(100_000))).toBe(false);
  });

  it('that have expired go as new ones come, a few at a time, so that only what is alive is kept', async () => {
    for (let count = 0; count < 20; count += 1) await use(`old ${count}`);
    await database.tamper(`update identity.used_id set until = until - interval '1 hour'`);
    await use('new 1');
    await expectKept(13);
    await use('new 2');
    await use('new 3');
    await expectKept(3);
    await expect(expectKept(4)).rejects.toThrow('kept 3');
  });

  it('that would have to be kept for more than a day are refused', async () => {
    expect(await use('a year', inSeconds(31_536_000))).toBe(false);
    await expectKept(0);
    expect(await use('a year')).toBe(true);
  });

  it('can be read and changed by neither role of the gateway', async () => {
    for (const role of ['exchange', 'control'] as const)
      for (const statement of ['select * from identity.used_id', 'delete from identity.used_id'])
        await expect(database.databases[role].query(statement)).rejects.toMatchObject({ code: '42501' });
    await expect(database.databases.control.query(`select identity.use_id('a', 'b', now())`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});

it('an id that one gateway took, another refuses', async () => {
  const database = await postgresDatabase();
  const other = await openDatabases({
    url: database.url,
    embeddedDir: '',
    maxConnections: 5,
    statementTimeoutMs: 2000,
  });
  const gateways = [database.databases, other].map(({ exchange }) => oneUseIds(exchange));
  const ids = Array.from({ length: 25 }, (_each, index) => `id ${index}`);
  const used = await Promise.all(
    ids.map(async (id) => await Promise.all(gateways.map(async ({ use }) => await use('a.system', id, inSeconds(60))))),
  );
  await other.close();
  await database.close();
  expect(used.map((fresh) => fresh.filter((one) => one).length)).toEqual(ids.map(() => 1));
});
