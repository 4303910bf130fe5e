-- The ledger 台账: append-only, chained, written by one function only (docs/decisions/0006).
-- Three roles, none of which can log in: the gateway's login is a member of what it needs and takes that role on connecting.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['shuqiao_ledger_owner', 'shuqiao_exchange', 'shuqiao_control'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      begin
        execute format('create role %I nologin', role_name);
      exception when duplicate_object or unique_violation then
        null; -- another database of the cluster is being migrated at the same time
      end;
    end if;
    -- Roles belong to the cluster, so they may be another database's already; membership is what SET ROLE needs.
    execute format('grant %I to current_user', role_name);
  end loop;
end $$;

create schema ledger;

create table ledger.head (
  only_row boolean primary key default true check (only_row),
  size bigint not null check (size >= 0),
  chain bytea not null check (length(chain) = 32)
) with (fillfactor = 10); -- updated with every batch: leave room for HOT updates
insert into ledger.head (size, chain) values (0, decode(repeat('00', 32), 'hex'));

create table ledger.entry (
  index bigint primary key check (index >= 0),
  entry text not null check (octet_length(entry) <= 65535), -- the exact text that was hashed: the only authority
  leaf bytea not null check (length(leaf) = 32),
  chain bytea not null check (length(chain) = 32),
  recorded_at timestamptz not null default clock_timestamp(),
  -- Copies for searching. A verifier derives them from the entry again.
  exchange text not null,
  outcome text not null,
  consumer text not null,
  contract text not null
);
create index entry_exchange on ledger.entry (exchange);

-- Takes a JSON array of canonical entries, as text, in the order in which they are to stand. One round trip, one
-- transaction: the lock on the head lives only inside this call, so a gateway that pauses never holds it.
create function ledger.append(entries text)
  returns table (index bigint, leaf text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  next_index bigint;
  running_chain bytea;
  item text;
  item_leaf bytea;
  fields jsonb;
begin
  select head.size, head.chain into strict next_index, running_chain from ledger.head for update;
  for item in select value from json_array_elements_text(entries::json) with ordinality as listed (value, place) order by place loop
    item_leaf := sha256('\x00'::bytea || convert_to(item, 'UTF8'));
    running_chain := sha256(running_chain || item_leaf);
    fields := item::jsonb;
    insert into ledger.entry (index, entry, leaf, chain, exchange, outcome, consumer, contract)
    values (
      next_index, item, item_leaf, running_chain,
      coalesce(fields ->> 'exchange', ''), coalesce(fields ->> 'outcome', ''),
      coalesce(fields ->> 'consumer', ''), coalesce(fields ->> 'contract', '')
    );
    index := next_index;
    leaf := encode(item_leaf, 'hex');
    return next;
    next_index := next_index + 1;
  end loop;
  update ledger.head set size = next_index, chain = running_chain;
end $$;

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- Against the application, injection and accidents. A superuser can switch triggers off; that is what a pinned head,
-- and later a witness, are for (SECURITY.md).
create trigger entry_is_append_only before update or delete on ledger.entry
  for each row execute function ledger.refuse_change();
create trigger entry_is_not_truncated before truncate on ledger.entry
  for each statement execute function ledger.refuse_change();
create trigger head_is_kept before delete or truncate on ledger.head
  for each statement execute function ledger.refuse_change();

grant create on schema ledger to shuqiao_ledger_owner;
alter table ledger.head owner to shuqiao_ledger_owner;
alter table ledger.entry owner to shuqiao_ledger_owner;
alter function ledger.append(text) owner to shuqiao_ledger_owner;
alter function ledger.refuse_change() owner to shuqiao_ledger_owner;
alter schema ledger owner to shuqiao_ledger_owner;

revoke all on function ledger.append(text) from public;
grant usage on schema ledger to shuqiao_exchange, shuqiao_control;
grant execute on function ledger.append(text) to shuqiao_exchange;
grant select on ledger.head, ledger.entry to shuqiao_exchange, shuqiao_control;
