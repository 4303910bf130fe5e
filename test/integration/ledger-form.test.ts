import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLedgerGuarded } from '../../src/store/ledger-guard.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, verifyDatabase } from '../support/ledger.ts';

const GUARDED = [
  'drop table ledger.entry_0',
  'drop table ledger.entry cascade',
  'drop table ledger.tile',
  'drop schema ledger cascade',
  'drop function ledger.append(text)',
  'drop trigger entry_is_append_only on ledger.entry',
  'drop trigger entry_is_not_truncated on ledger.entry_1',
  'drop owned by shuqiao_ledger_owner cascade',
  'alter table ledger.entry detach partition ledger.entry_0',
  'alter table ledger.entry disable trigger all',
  'alter table ledger.entry_0 disable trigger entry_is_not_truncated',
  'alter table ledger.entry_1 disable trigger all',
  'alter table ledger.head disable trigger all',
  'alter table ledger.entry_0 set schema public',
  'alter table ledger.entry rename to elsewhere',
  'alter table ledger.entry owner to postgres',
  'alter table ledger.entry add column more text',
  'alter schema ledger rename to elsewhere',
  'alter function ledger.append(text) security invoker',
  'alter function ledger.grow(bigint, bytea, bytea, bytea[]) set schema public',
  `create or replace function ledger.refuse_change() returns trigger language plpgsql as 'begin return old; end'`,
  `create trigger swallows before insert on ledger.entry for each row execute function ledger.refuse_change()`,
  `create rule swallows as on insert to ledger.tile do instead nothing`,
  'create table ledger.shadow ()',
];

describe('the form of a ledger in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgresDatabase();
    await appendEntries(database.databases, 5);
  });
  afterAll(async () => await database.close());

  it.each(GUARDED)('is not changed, by a superuser who does not mean to either: %s', async (statement) => {
    await expect(database.tamper(statement)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^the ledger is append-only: .* is refused$/),
    });
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent', size: 5 });
    expect(await isLedgerGuarded(database.databases.control)).toBe(true);
  });

  it('lets everything else be made, changed and dropped', async () => {
    await database.tamper(
      'create table public.other (a int); alter table public.other add b int; drop table public.other',
    );
    await database.tamper('create temp table other (a int); drop table other; reindex table ledger.entry_0');
  });

  it.each([
    ['a trigger of a partition is off', 'alter table ledger.entry_1 disable trigger entry_is_not_truncated'],
    ['an event trigger is off', 'alter event trigger ledger_keeps_its_parts disable'],
    ['an event trigger is gone', 'drop event trigger ledger_keeps_its_form'],
    ['what they call is gone', 'drop schema ledger_guard cascade'],
  ])('is not said to be guarded when %s', async (_what, statement) => {
    const other = await postgresDatabase();
    await appendEntries(other.databases, 1);
    expect(await isLedgerGuarded(other.databases.control)).toBe(true);
    await other.tamper(`set local ledger_guard.open = 'yes'; ${statement}`);
    expect(await isLedgerGuarded(other.databases.control)).toBe(false);
    await other.close();
  });
});

it('is not said to be guarded in the embedded database, which fires no event triggers', async () => {
  const database = await embeddedDatabase();
  expect(await isLedgerGuarded(database.databases.control)).toBe(false);
  await database.close();
});
