import type { Database } from './database.ts';

// Refuses what changes the tables, triggers and functions of the ledger, by whomever. What the ledger does itself, and
// a migration, says so in the setting. By owner too: what was moved to another schema is still what it was.
// Two who migrate at the same time put it in place one after the other; the number is any that nobody else takes.
const INSTALL = `
  select pg_advisory_xact_lock(809202507);
  create schema if not exists ledger_guard;

  create or replace function ledger_guard.refuse_ddl() returns event_trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
  as $$
  declare
    refused text;
  begin
    if current_setting('ledger_guard.open', true) = 'yes' then
      return;
    end if;
    if tg_event = 'sql_drop' then
      select dropped.object_identity into refused from pg_event_trigger_dropped_objects() as dropped
      where dropped.schema_name in ('ledger', 'ledger_guard') or dropped.object_identity in ('ledger', 'ledger_guard')
        or dropped.object_identity like '% on ledger.%' limit 1;
    else
      select command.object_identity into refused from pg_event_trigger_ddl_commands() as command
      where command.command_tag not in ('GRANT', 'REVOKE', 'REINDEX')
        and (command.schema_name in ('ledger', 'ledger_guard') or command.object_identity in ('ledger', 'ledger_guard')
          or command.object_identity like '% on ledger.%'
          or exists (
            select from pg_class as held where held.relowner = 'shuqiao_ledger_owner'::regrole and (
              (command.classid = 'pg_class'::regclass and held.oid = command.objid)
              or exists (select from pg_trigger as fired
                where command.classid = 'pg_trigger'::regclass and fired.oid = command.objid and fired.tgrelid = held.oid))
          )
          or exists (select from pg_proc as held where held.proowner = 'shuqiao_ledger_owner'::regrole
            and command.classid = 'pg_proc'::regclass and held.oid = command.objid)
          or exists (select from pg_namespace as held where held.nspowner = 'shuqiao_ledger_owner'::regrole
            and command.classid = 'pg_namespace'::regclass and held.oid = command.objid)) limit 1;
    end if;
    if refused is not null then
      raise exception 'the ledger is append-only: % of % is refused', tg_tag, refused using errcode = 'insufficient_privilege';
    end if;
  end $$;
  revoke all on function ledger_guard.refuse_ddl() from public;

  drop event trigger if exists ledger_keeps_its_form;
  drop event trigger if exists ledger_keeps_its_parts;
  create event trigger ledger_keeps_its_form on ddl_command_end execute function ledger_guard.refuse_ddl();
  create event trigger ledger_keeps_its_parts on sql_drop execute function ledger_guard.refuse_ddl()`;

/** For one transaction: the statements after it may change the form of the ledger. */
export const OPEN_GUARD = `set local ledger_guard.open = 'yes'`;

/**
 * Puts the event triggers in place, where the login is a superuser: only those make any. PostgreSQL fires none in a
 * process that stands alone, as the embedded one does. @returns whether it did
 */
export async function guardLedger(owner: Database): Promise<boolean> {
  const [can] = await owner.query<{ guard: boolean }>(`
    select (select rolsuper from pg_roles where rolname = current_user)
      and (select backend_type from pg_stat_activity where pid = pg_backend_pid()) = 'client backend' as guard`);
  if (can?.guard !== true) return false;
  await owner.script(`${OPEN_GUARD}; ${INSTALL}`);
  return true;
}

/** Whether every guard is in place and in force: the event triggers, and the triggers of every table and partition. */
export async function isLedgerGuarded(database: Database): Promise<boolean> {
  try {
    const [row] = await database.query<{ guarded: boolean }>(`
      select (
        select count(*) = 2 from pg_event_trigger where evtname like 'ledger_keeps_its_%' and evtenabled in ('O', 'A')
      ) and not exists (
        select from pg_class as held
        where held.oid in ('ledger.head'::regclass, 'ledger.tile'::regclass, 'ledger.entry'::regclass)
          or held.oid in (select inhrelid from pg_inherits where inhparent = 'ledger.entry'::regclass)
        group by held.oid
        having (select count(*) from pg_trigger as trigger
          where trigger.tgrelid = held.oid and trigger.tgenabled in ('O', 'A')
            and trigger.tgfoid = 'ledger.refuse_change()'::regprocedure) < 2
      ) as guarded`);
    return row?.guarded === true;
  } catch {
    return false;
  }
}
