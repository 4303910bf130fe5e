-- Repeats 重复请求: a request under an id that its system used before is told what became of the first (docs/decisions/0032).
alter table exchange.request_id add column exchange uuid; -- null: claimed before this was kept, and not found in the ledger

-- What was claimed within the window and has an entry. Whoever repeats one of these is told the truth, too.
update exchange.request_id as claimed set exchange = entered.exchange
from (
  select consumer, (entry::jsonb ->> 'request')::uuid as request_id, min(exchange)::uuid as exchange
  from ledger.entry
  where consumer <> '' and recorded_at > clock_timestamp() - interval '25 hours'
  group by consumer, entry::jsonb ->> 'request'
) as entered
where entered.consumer = claimed.system and entered.request_id = claimed.request_id;

drop function identity.admit(text, text, text, uuid, interval);
drop function exchange.claim_request_id(text, uuid, interval);

-- Null if the id is fresh, and it is this exchange's from then on; else the claim that was before. Ids past the window go
-- as new ones come, a few at a time.
create function exchange.claim_request_id(claimed_system text, claimed_id uuid, claiming uuid, keep_for interval)
  returns exchange.request_id
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  before exchange.request_id;
begin
  delete from exchange.request_id where ctid = any (array(
    select old.ctid from exchange.request_id as old where old.used_at < clock_timestamp() - keep_for limit 8 for update skip locked
  ));
  insert into exchange.request_id (system, request_id, exchange) values (claimed_system, claimed_id, claiming)
    on conflict do nothing;
  if found then
    return null;
  end if;
  -- A statement of its own, with a snapshot that sees who won a race.
  select * into before from exchange.request_id as held
  where held.system = claimed_system and held.request_id = claimed_id;
  before.request_id := claimed_id; -- also if it ended just now: this call did not claim it
  return before;
end $$;

-- What the ledger has of an exchange; the first entry, if a commit of unknown outcome left two.
create function ledger.entry_of(its_exchange uuid)
  returns table (index bigint, leaf text, outcome text, consumer text)
  language sql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  select entry.index, encode(entry.leaf, 'hex'), entry.outcome, entry.consumer
  from ledger.exchange_key as held join ledger.entry on entry.index = held.index where held.exchange = its_exchange
$$;

-- One row: 'blocked', 'admitted', or what the request repeats: 'answered' with the first entry, 'under-way', or
-- 'unrecorded' where it has no entry, and what it would release now no gateway releases any more.
create function identity.admit(
  system text, thumbprint text, token_id text, request_id uuid, exchange uuid, keep_for interval, released_within interval
)
  returns table (admitted text, first uuid, index bigint, leaf text, outcome text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  before exchange.request_id;
begin
  if exists (
    select from identity.block as blocked
    where (blocked.kind = 'system' and blocked.value = admit.system)
      or (blocked.kind = 'certificate' and blocked.value = admit.thumbprint)
      or (blocked.kind = 'token' and blocked.value = admit.token_id)
  ) then
    admitted := 'blocked';
    return next;
    return;
  end if;
  before := exchange.claim_request_id(admit.system, admit.request_id, admit.exchange, keep_for);
  if before.request_id is null then
    admitted := 'admitted';
    return next;
    return;
  end if;
  first := before.exchange;
  select known.index, known.leaf, known.outcome into admit.index, admit.leaf, admit.outcome from ledger.entry_of(before.exchange) as known;
  admitted := case
    when found then 'answered'
    when before.used_at < clock_timestamp() - released_within then 'unrecorded'
    else 'under-way'
  end;
  return next;
end $$;

-- The same question without a request: what became of an id. No row if the system did not use it, or too long ago.
create function exchange.became_of(its_system text, its_id uuid, released_within interval)
  returns table (state text, first uuid, index bigint, leaf text, outcome text)
  language sql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  select
    case
      when known.index is not null then 'answered'
      when held.used_at < clock_timestamp() - released_within then 'unrecorded'
      else 'under-way'
    end,
    held.exchange, known.index, known.leaf, known.outcome
  from exchange.request_id as held left join lateral ledger.entry_of(held.exchange) as known on true
  where held.system = its_system and held.request_id = its_id
$$;

revoke all on function exchange.claim_request_id(text, uuid, uuid, interval) from public;
revoke all on function ledger.entry_of(uuid) from public;
revoke all on function identity.admit(text, text, text, uuid, uuid, interval, interval) from public;
revoke all on function exchange.became_of(text, uuid, interval) from public;
grant execute on function ledger.entry_of(uuid) to shuqiao_exchange, shuqiao_control;
grant execute on function identity.admit(text, text, text, uuid, uuid, interval, interval) to shuqiao_exchange;
grant execute on function exchange.became_of(text, uuid, interval) to shuqiao_exchange;
