-- Blocks 停用, and the one question that every request of a proven system asks before it goes on.
create schema if not exists identity;
grant usage on schema identity to shuqiao_exchange, shuqiao_control;

create table identity.block (
  kind text not null check (kind in ('system', 'certificate', 'token')),
  value text not null check (length(value) between 1 and 256),
  reason text not null check (length(reason) between 1 and 1000),
  blocked_at timestamptz not null default clock_timestamp(),
  primary key (kind, value)
);
grant select on identity.block to shuqiao_exchange, shuqiao_control;

-- True if it was not blocked before.
create function identity.add_block(new_kind text, new_value text, new_reason text)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  added boolean;
begin
  -- One statement, so that nobody who lifts it meanwhile leaves it lifted. A row that was inserted has no xmax.
  insert into identity.block as known (kind, value, reason) values (new_kind, new_value, new_reason)
    on conflict (kind, value) do update set reason = excluded.reason
    returning known.xmax = 0 into added;
  return added;
end $$;

-- True if it was blocked.
create function identity.remove_block(old_kind text, old_value text)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  removed integer;
begin
  delete from identity.block where kind = old_kind and value = old_value;
  get diagnostics removed = row_count;
  return removed = 1;
end $$;

-- 'admitted', 'replayed' or 'blocked', in one round trip. The statement sees every block that was committed before it,
-- so nothing has to be told to any gateway. What is blocked uses up no request id.
create function identity.admit(system text, thumbprint text, token_id text, request_id uuid, keep_for interval)
  returns text
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from identity.block as blocked
    where (blocked.kind = 'system' and blocked.value = admit.system)
      or (blocked.kind = 'certificate' and blocked.value = admit.thumbprint)
      or (blocked.kind = 'token' and blocked.value = admit.token_id)
  ) then
    return 'blocked';
  end if;
  return case when exchange.claim_request_id(system, request_id, keep_for) then 'admitted' else 'replayed' end;
end $$;

revoke all on function identity.add_block(text, text, text) from public;
revoke all on function identity.remove_block(text, text) from public;
revoke all on function identity.admit(text, text, text, uuid, interval) from public;
grant execute on function identity.add_block(text, text, text) to shuqiao_control;
grant execute on function identity.remove_block(text, text) to shuqiao_control;
grant execute on function identity.admit(text, text, text, uuid, interval) to shuqiao_exchange;

-- Only through identity.admit from now on: who claims an id has been looked up among the blocks.
revoke execute on function exchange.claim_request_id(text, uuid, interval) from shuqiao_exchange;
