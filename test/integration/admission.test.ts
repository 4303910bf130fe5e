import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admission } from '../../src/store/admission.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabases } from '../../src/store/open-databases.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';

const ARRIVAL = { department: 'a', system: 'a.system', thumbprint: 'A'.repeat(43), tokenId: 'token-1' };

async function claimIn(database: Database, system: string, requestId: string): Promise<boolean> {
  return (await admission(database).admit({ ...ARRIVAL, system, requestId, exchange: randomUUID() })) === 'admitted';
}

const OPEN = [
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
] as const;

describe.each(OPEN)('request ids in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate exchange.request_id'));
  afterAll(async () => await database.close());

  const claim = async (system: string, id: string) => await claimIn(database.databases.exchange, system, id);
  const age = async (time: string) =>
    await database.tamper(`update exchange.request_id set used_at = used_at - interval '${time}'`);
  /** Only the owner may look. */
  const expectKept = async (count: number) =>
    await database.tamper(`do $$ begin
      if (select count(*) from exchange.request_id) <> ${count} then
        raise exception 'kept %', (select count(*) from exchange.request_id);
      end if;
    end $$`);

  it('are good once, however many use one at the same time', async () => {
    const id = randomUUID();
    const claims = await Promise.all(Array.from({ length: 50 }, async () => await claim('a.system', id)));
    expect(claims.filter((won) => won)).toHaveLength(1);
    expect(await claim('a.system', id)).toBe(false);
  });

  it('are the same whether written in upper or lower case', async () => {
    const id = 'abcdefab-cdef-4abc-8abc-abcdefabcdef';
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('a.system', id.toUpperCase())).toBe(false);
  });

  it('of one system leave those of another alone', async () => {
    const id = randomUUID();
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('another.system', id)).toBe(true);
  });

  it('stay used for the whole window, and are good again after it', async () => {
    const id = randomUUID();
    await claim('a.system', id);
    await age('23 hours 59 minutes');
    expect(await claim('a.system', id)).toBe(false);
    await age('2 minutes');
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('a.system', id)).toBe(false);
  });

  it('past the window go as new ones come, a few at a time', async () => {
    for (let count = 0; count < 20; count += 1) await claim('a.system', randomUUID());
    await age('25 hours');
    await claim('a.system', randomUUID());
    await expectKept(13);
    await claim('a.system', randomUUID());
    await claim('a.system', randomUUID());
    await expectKept(3);
    await expect(expectKept(4)).rejects.toThrow('kept 3');
  });

  it('are refused when they are none, and nothing of what was sent is said', async () => {
    await expect(claim('a.system', '110101199003074258')).rejects.toMatchObject({
      code: 'ledger.unwritable',
      message: 'The exchange could not be recorded',
    });
  });
});

it('that one gateway took, another refuses', async () => {
  const database = await postgresDatabase();
  const other = await openDatabases({
    url: database.url,
    embeddedDir: '',
    maxConnections: 5,
    statementTimeoutMs: 2000,
  });
  const ids = Array.from({ length: 25 }, () => randomUUID());
  const claims = await Promise.all(
    ids.map(
      async (id) =>
        await Promise.all(
          [database.databases, other].map(async ({ exchange }) => await claimIn(exchange, 'a.system', id)),
        ),
    ),
  );
  await other.close();
  await database.close();
  expect(claims.map((won) => won.filter((one) => one).length)).toEqual(ids.map(() => 1));
});
