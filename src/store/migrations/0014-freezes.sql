-- Freezes 停用, which were blocks of systems, certificates and tokens (0005), and break-glass access 应急
-- (docs/decisions/0038). What officers order here is an entry of the ledger in the same transaction.
create table identity.freeze (
  kind text not null check (kind in ('everything', 'department', 'system', 'certificate', 'token', 'contract', 'grant')),
  value text not null check (length(value) between 1 and 256),
  reason text not null check (length(reason) between 1 and 1000),
  officers text[] not null, -- all who froze it; none of what was blocked before officers were asked for
  frozen_at timestamptz not null default clock_timestamp(),
  primary key (kind, value),
  check ((kind = 'everything') = (value = '*'))
);
-- Why is nobody's business who exchanges.
grant select (kind, value) on identity.freeze to shuqiao_exchange;
grant select on identity.freeze to shuqiao_control;

insert into identity.freeze (kind, value, reason, officers, frozen_at)
select kind, value, reason, '{}', blocked_at from identity.block;

-- What entries of officers have salted digests of; rows may be taken out when nobody needs to read them any more.
create table identity.act_words (
  id uuid primary key, -- of the entry
  words jsonb not null,
  made_at timestamptz not null default clock_timestamp()
);
grant select on identity.act_words to shuqiao_control;

-- {"item": as of ledger.append, "words"}. @returns the index of the entry
create function identity.enter_act(act jsonb)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  entry jsonb := ((act ->> 'item')::jsonb ->> 'entry')::jsonb;
  stands bigint;
begin
  if (entry ->> 'kind') in ('freeze', 'lift', 'break-glass') is not true then
    raise exception 'this is no act of an officer' using errcode = 'invalid_parameter_value';
  end if;
  insert into identity.act_words (id, words) values ((entry ->> 'id')::uuid, act -> 'words');
  select done.index into strict stands from ledger.append('[' || (act ->> 'item') || ']') as done;
  return stands;
end $$;

-- `acts` by verdict; the one that it was is entered. Lifted meanwhile or not, it is frozen when this ends: one statement.
create function identity.freeze_thing(its_kind text, its_value text, officer text, its_reason text, acts jsonb)
  returns text
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  verdict text;
begin
  if length(freeze_thing.officer) between 1 and 500 is not true then
    raise exception 'nobody froze it' using errcode = 'check_violation';
  end if;
  -- A row that was inserted has no xmax.
  insert into identity.freeze as known (kind, value, reason, officers)
    values (its_kind, its_value, its_reason, array[freeze_thing.officer])
    on conflict (kind, value) do update set
      reason = excluded.reason,
      officers = array(select distinct unnest(known.officers || excluded.officers))
    returning case when known.xmax = 0 then 'frozen' else 'frozen-already' end into verdict;
  perform identity.enter_act(acts -> verdict);
  return verdict;
end $$;

-- By somebody who did not freeze it. Who tried is entered, too.
create function identity.lift_freeze(its_kind text, its_value text, officer text, its_reason text, acts jsonb)
  returns text
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  held identity.freeze;
  verdict text;
begin
  if length(lift_freeze.officer) between 1 and 500 is not true or length(its_reason) between 1 and 1000 is not true
     or lower(lift_freeze.officer) = 'gateway' then
    raise exception 'nobody lifts it' using errcode = 'check_violation';
  end if;
  select * into held from identity.freeze as known where known.kind = its_kind and known.value = its_value for update;
  verdict := case
    when held.kind is null then 'not-frozen'
    when lower(lift_freeze.officer) in (select lower(unnest(held.officers))) then 'same-officer'
    else 'lifted'
  end;
  perform identity.enter_act(acts -> verdict);
  if verdict = 'lifted' then
    delete from identity.freeze as known where known.kind = its_kind and known.value = its_value;
  end if;
  return verdict;
end $$;

-- As what one who asks is frozen; null if not. Everything first: of that no caller is to think that it is meant.
create function identity.frozen_as(department text, system text, thumbprint text, token_id text)
  returns text
  language sql
  stable
  set search_path = pg_catalog, pg_temp
as $$
  select held.kind from identity.freeze as held
  where (held.kind = 'everything')
    or (held.kind = 'department' and held.value = frozen_as.department)
    or (held.kind = 'system' and held.value = frozen_as.system)
    or (held.kind = 'certificate' and held.value = frozen_as.thumbprint)
    or (held.kind = 'token' and held.value = frozen_as.token_id)
  order by held.kind <> 'everything' limit 1
$$;

drop function identity.admit(text, text, text, uuid, uuid, interval, interval);
drop function identity.add_block(text, text, text);
drop function identity.remove_block(text, text);
drop table identity.block;

-- One row: 'frozen' with what of it, 'admitted', or what the request repeats: 'answered' with the first entry,
-- 'under-way', or 'unrecorded' where it has no entry, and what it would release now no gateway releases any more. The
-- statement sees every freeze that was committed before it. What is frozen uses up no request id.
create function identity.admit(
  department text, system text, thumbprint text, token_id text, request_id uuid, exchange uuid,
  keep_for interval, released_within interval
)
  returns table (admitted text, frozen text, first uuid, index bigint, leaf text, outcome text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  before exchange.request_id;
begin
  frozen := identity.frozen_as(admit.department, admit.system, admit.thumbprint, admit.token_id);
  if frozen is not null then
    admitted := 'frozen';
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

-- Break-glass access: a grant for a few hours that two approved who do not use it and did not ask for it. Whether the
-- draft is within floors and ceilings is checked before, and again by every gateway that goes by it.
create table identity.break_glass (
  id uuid primary key,
  draft text not null check (octet_length(draft) <= 65535), -- as a file of policies/grants would hold it
  officer text not null check (length(officer) between 1 and 500),
  approvers text[] not null,
  reason text not null check (length(reason) between 1 and 1000),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  opened_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  check (valid_from < valid_until and valid_until <= valid_from + interval '24 hours'),
  check (valid_until <= opened_at + interval '24 hours 5 minutes'),
  check (cardinality(approvers) = 2 and lower(approvers[1]) <> lower(approvers[2])),
  check (lower(officer) <> lower(approvers[1]) and lower(officer) <> lower(approvers[2]))
);
grant select (id, draft, valid_from, valid_until, closed_at) on identity.break_glass to shuqiao_exchange;
grant select on identity.break_glass to shuqiao_control;

-- @returns the index of its entry
create function identity.open_break_glass(
  its_id uuid, its_draft text, its_officer text, its_approvers text[], its_reason text,
  from_time timestamptz, until_time timestamptz, act jsonb
)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into identity.break_glass (id, draft, officer, approvers, reason, valid_from, valid_until)
  values (its_id, its_draft, its_officer, its_approvers, its_reason, from_time, until_time);
  return identity.enter_act(act);
end $$;

-- By anybody: it is the safe direction. False if it is not open.
create function identity.close_break_glass(its_id uuid, act jsonb)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update identity.break_glass as held set closed_at = clock_timestamp()
  where held.id = its_id and held.closed_at is null and held.valid_until > clock_timestamp();
  if not found then
    return false;
  end if;
  perform identity.enter_act(act);
  return true;
end $$;

-- That somebody wanted to open one, and it was refused.
create function identity.refuse_break_glass(act jsonb)
  returns bigint
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  select identity.enter_act(act)
$$;

revoke all on function identity.open_break_glass(uuid, text, text, text[], text, timestamptz, timestamptz, jsonb) from public;
revoke all on function identity.close_break_glass(uuid, jsonb) from public;
revoke all on function identity.refuse_break_glass(jsonb) from public;
grant execute on function identity.open_break_glass(uuid, text, text, text[], text, timestamptz, timestamptz, jsonb) to shuqiao_control;
grant execute on function identity.close_break_glass(uuid, jsonb) to shuqiao_control;
grant execute on function identity.refuse_break_glass(jsonb) to shuqiao_control;

revoke all on function identity.enter_act(jsonb) from public;
revoke all on function identity.freeze_thing(text, text, text, text, jsonb) from public;
revoke all on function identity.lift_freeze(text, text, text, text, jsonb) from public;
revoke all on function identity.frozen_as(text, text, text, text) from public;
revoke all on function identity.admit(text, text, text, text, uuid, uuid, interval, interval) from public;
-- A gateway that is alarmed may freeze; lifting is for people.
grant execute on function identity.freeze_thing(text, text, text, text, jsonb) to shuqiao_exchange, shuqiao_control;
grant execute on function identity.lift_freeze(text, text, text, text, jsonb) to shuqiao_control;
grant execute on function identity.frozen_as(text, text, text, text) to shuqiao_exchange;
grant execute on function identity.admit(text, text, text, text, uuid, uuid, interval, interval) to shuqiao_exchange;
