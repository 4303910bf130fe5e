-- What operators want of the breakers 熔断 of sources, for every gateway of the cluster (docs/decisions/0035): the last order
-- of each source. A gateway looks twice a second and carries out what it has not; one that starts opens what is ordered open.
set local role shuqiao_ledger_owner;

create table ledger.breaker_order (
  source text primary key,
  ordered text not null check (ordered in ('open', 'reset')),
  id uuid not null, -- of its entry in the ledger
  ordered_at timestamptz not null default clock_timestamp()
);
grant select on ledger.breaker_order to shuqiao_exchange, shuqiao_control;

-- The order and its entry, in one transaction: none is carried out that is not recorded. An item as of ledger.append.
create function ledger.order_breaker(item text)
  returns table (index bigint, leaf text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  entry jsonb := (item::jsonb ->> 'entry')::jsonb;
begin
  if (entry ->> 'kind') is distinct from 'breaker-order' then
    raise exception 'this is no order to a breaker' using errcode = 'invalid_parameter_value';
  end if;
  insert into ledger.breaker_order as held (source, ordered, id)
  values (entry ->> 'source', entry ->> 'order', (entry ->> 'id')::uuid)
  on conflict (source) do update set ordered = excluded.ordered, id = excluded.id, ordered_at = clock_timestamp();
  return query select done.index, done.leaf from ledger.append('[' || item || ']') as done;
end $$;

revoke all on function ledger.order_breaker(text) from public;
grant execute on function ledger.order_breaker(text) to shuqiao_control;
reset role;
