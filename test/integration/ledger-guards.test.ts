import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../src/domain/ledger-entry.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, readRows, verifyDatabase } from '../support/ledger.ts';

/** SQLSTATE insufficient_privilege: a right that is missing, or the trigger's own refusal. */
const REFUSED = { code: '42501' };

const NOT_ALLOWED = [
  `insert into ledger.entry (index, entry, leaf, chain, exchange, outcome, consumer, contract)
   select 99, entry, leaf, chain, exchange, outcome, consumer, contract from ledger.entry limit 1`,
  `insert into ledger.head (only_row, size, chain) values (false, 0, '\\x00')`,
  `update ledger.entry set entry = entry where index = 1`,
  `update ledger.head set size = 0`,
  `delete from ledger.entry`,
  `delete from ledger.head`,
  `truncate ledger.entry`,
  `truncate ledger.head`,
  `drop table ledger.entry`,
  `drop table ledger.head`,
  `drop function ledger.append(text)`,
  `drop trigger entry_is_append_only on ledger.entry`,
  `drop schema ledger cascade`,
  `alter table ledger.entry disable trigger all`,
  `alter table ledger.entry owner to current_user`,
  `alter table ledger.entry drop constraint entry_pkey`,
  `create or replace function ledger.refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
  `create or replace function ledger.append(entries text) returns table (index bigint, leaf text)
   language sql as 'select 1::bigint, entries'`,
  `create table ledger.shadow ()`,
  `alter function ledger.append(text) security invoker`,
  `set session_replication_role = replica`,
  `select ledger.refuse_change()`,
  `insert into shuqiao.migration (name, checksum) values ('9999-late.sql', '')`,
  `select * from exchange.request_id`,
  `delete from exchange.request_id`,
];

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('the ledger in %s', (_name, open) => {
  let database: TestDatabase;
  let before: readonly LedgerRow[];
  beforeAll(async () => {
    database = await open();
    await appendEntries(database.databases, 5);
    before = await readRows(database.databases);
  });
  afterEach(async () => {
    expect(await readRows(database.databases)).toEqual(before);
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent', size: 5 });
  });
  afterAll(async () => await database.close());

  it.each(NOT_ALLOWED)('refuses both roles of the gateway: %s', async (statement) => {
    const { exchange, control } = database.databases;
    // What is no trigger call is refused by another rule than a missing right.
    const refusal = statement.startsWith('select ledger.refuse_change') ? { code: '0A000' } : REFUSED;
    await expect(exchange.query(statement)).rejects.toMatchObject(refusal);
    await expect(control.query(statement)).rejects.toMatchObject(refusal);
  });

  it('lets the control role read, and neither append nor claim a request id', async () => {
    const { control } = database.databases;
    await expect(control.query(`select * from ledger.append('["{}"]')`)).rejects.toMatchObject(REFUSED);
    const claim = `select exchange.claim_request_id('s', '00000000-0000-7000-8000-000000000000', '1 day')`;
    await expect(control.query(claim)).rejects.toMatchObject(REFUSED);
  });

  it.each([
    [`update ledger.entry set entry = entry where index = 1`, 'UPDATE on entry_0'],
    [`delete from ledger.entry where index = 4`, 'DELETE on entry_0'],
    [`truncate ledger.entry`, 'TRUNCATE on entry'],
    [`delete from ledger.head`, 'DELETE on head'],
    [`truncate ledger.head`, 'TRUNCATE on head'],
    [`set local role shuqiao_ledger_owner; delete from ledger.entry`, 'DELETE on entry_0'],
  ])('refuses even its owner: %s', async (statement, what) => {
    await expect(database.tamper(statement)).rejects.toMatchObject({
      ...REFUSED,
      message: `the ledger is append-only: ${what} is refused`,
    });
  });

  it('has one head only, and no entry at a place that is taken', async () => {
    await expect(
      database.tamper(
        `insert into ledger.head (only_row, size, chain, root, frontier) select true, size, chain, root, frontier from ledger.head`,
      ),
    ).rejects.toMatchObject({ code: '23505' });
    await expect(
      database.tamper(`insert into ledger.entry select * from ledger.entry where index = 0`),
    ).rejects.toMatchObject({ code: '23505' });
  });

  it('runs with its rights only what fixes its search path and is not for everybody', async () => {
    const functions = await database.databases.control.query<{ name: string; path: string; anybody: boolean }>(`
      select p.oid::regprocedure::text as name, array_to_string(p.proconfig, ';') as path,
        exists (select from aclexplode(p.proacl) where grantee = 0) or p.proacl is null as anybody
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and n.nspname !~ '^(pg_|information_schema)' order by 1`);
    const names = [
      'exchange.became_of(text,uuid,interval)',
      'exchange.claim_request_id(text,uuid,uuid,interval)',
      'identity.add_gateway_key(text,text,text,jsonb,bytea,bytea,text,timestamp with time zone,integer)',
      'identity.admit(text,text,text,text,uuid,uuid,interval,interval)',
      'identity.close_break_glass(uuid,jsonb)',
      'identity.freeze_thing(text,text,text,text,jsonb)',
      'identity.join_gateway_key(text,text,text,jsonb,bytea,bytea,text,timestamp with time zone,integer,text,timestamp with time zone)',
      'identity.lift_freeze(text,text,text,text,jsonb)',
      'identity.open_break_glass(uuid,text,text,text[],text,timestamp with time zone,timestamp with time zone,jsonb)',
      'identity.refuse_break_glass(jsonb)',
      'identity.register_system_key(text,text,text,text,jsonb,timestamp with time zone,timestamp with time zone)',
      'identity.retire_gateway_keys(text,text,timestamp with time zone,timestamp with time zone)',
      'identity.rewrap_gateway_key(text,bytea,bytea,text)',
      'identity.use_id(text,text,timestamp with time zone)',
      'identity.withdraw_system_key(text,text)',
      'ledger.append(text)',
      'ledger.append_act(text)',
      'ledger.drop_pruned(bigint)',
      'ledger.enter_prune(text)',
      'ledger.entry_of(uuid)',
      'ledger.finish_pruning(bigint,boolean)',
      'ledger.finish_shredding(uuid[])',
      'ledger.flushed_standbys(pg_lsn)',
      'ledger.forget_aside(bigint,bigint)',
      'ledger.forget_subject_keys(uuid[])',
      'ledger.keep_subject_key(uuid,bytea,text,bytea,text)',
      'ledger.order_breaker(text)',
      'ledger.publish_checkpoint(bigint,text)',
      'ledger.shred(text,bytea[],boolean,boolean)',
      'quota.alarm_entered(text,text,text)',
      'quota.settle(text)',
      'quota.take(text)',
    ];
    const path = expect.stringMatching(/^search_path=pg_catalog, pg_temp(;|$)/);
    expect(functions).toEqual(names.map((name) => ({ name, path, anybody: false })));
  });

  it('belongs to a role that nobody can log in as, like the two of the gateway', async () => {
    const { control } = database.databases;
    const roles = await control.query(
      `select rolname, rolcanlogin, rolsuper, rolcreaterole from pg_roles where rolname like 'shuqiao%' order by 1`,
    );
    const harmless = { rolcanlogin: false, rolsuper: false, rolcreaterole: false };
    expect(roles).toEqual(
      ['audit', 'control', 'exchange', 'ledger_owner', 'prune', 'publisher'].map((role) => ({
        rolname: `shuqiao_${role}`,
        ...harmless,
      })),
    );
    const owners = await control.query(
      `select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'ledger'::regnamespace`,
    );
    expect(owners).toEqual([{ owner: 'shuqiao_ledger_owner' }]);
  });
});
