-- Quotas 配额, probing and enumeration (docs/decisions/0037). One row a grant, a subject that is asked about, a system and
-- contract: counted by every gateway of the cluster under the row's lock, by the clock of this database.
create schema quota;

create table quota.usage (
  grant_id text primary key check (length(grant_id) between 1 and 256),
  day date not null default '-infinity', -- in the time zone that the policy names
  calls bigint not null default 0,
  records bigint not null default 0,
  bytes bigint not null default 0,
  -- When what was taken of the rate is made good: GCRA's theoretical arrival time.
  even_at timestamptz not null default '-infinity'
) with (fillfactor = 20); -- updated with every call: leave room for HOT updates

-- The questions that were asked about a subject, by keyed digests; each counts until its time.
create table quota.asked (
  subject bytea primary key check (length(subject) = 32),
  questions bytea[] not null default '{}',
  untils timestamptz[] not null default '{}',
  until timestamptz not null -- of the last of them
);
create index asked_until on quota.asked (until);

-- What one system asked of one contract within an hour. Whom it asked about is a bit among 8192, at a keyed place: enough to
-- count them, and too little to name one.
create table quota.watch (
  system text not null,
  contract text not null,
  since timestamptz not null default '-infinity',
  subjects bytea not null default decode(repeat('00', 1024), 'hex'),
  neighbourhoods bytea not null default decode(repeat('00', 1024), 'hex'),
  neighbours integer not null default 0,
  chance double precision not null default 0, -- of those, how many would be by chance
  answered integer not null default 0,
  absent integer not null default 0,
  alarmed text[] not null default '{}', -- alarms of this hour that are in the ledger
  raised_at timestamptz not null default '-infinity', -- when somebody was told to enter some
  primary key (system, contract)
) with (fillfactor = 30);
alter table quota.watch alter column subjects set storage plain, alter column neighbourhoods set storage plain;

-- What follows runs inside of quota.take and quota.settle only, which fix the search path for all of it: fixed once more for
-- each, it would cost as much as the work.

-- The rows of a batch, made where they are missing, before any is locked, and then locked in one order, so that no two
-- gateways wait for each other. What has not been used for long goes as new ones come, so that no table grows for ever; what
-- somebody swept between the two is made again.
create function quota.lock_usage(items jsonb)
  returns void
  language plpgsql
as $$
declare
  grants text[] := array(select distinct value ->> 'grant' from jsonb_array_elements(items) order by 1);
  made boolean := false;
  locked integer;
begin
  loop
    if (select count(*) from quota.usage where grant_id = any (grants)) < cardinality(grants) then
      insert into quota.usage (grant_id) select unnest(grants) on conflict do nothing;
      made := true;
    end if;
    perform from quota.usage where grant_id = any (grants) order by grant_id for update;
    get diagnostics locked = row_count;
    exit when locked = cardinality(grants);
  end loop;
  if made then
    delete from quota.usage where ctid = any (array(
      select old.ctid from quota.usage as old
      where old.day < current_date - 7 and old.day > '-infinity' and old.grant_id <> all (grants)
      limit 8 for update skip locked
    ));
  end if;
end $$;

create function quota.lock_asked(items jsonb)
  returns void
  language plpgsql
as $$
declare
  subjects bytea[] := array(
    select distinct decode(subject, 'base64')
    from jsonb_array_elements(items) as item (value), jsonb_array_elements_text(item.value #> '{probing,subjects}') as subject
    order by 1
  );
  locked integer;
begin
  if cardinality(subjects) = 0 then
    return;
  end if;
  loop
    insert into quota.asked (subject, until) select unnest(subjects), clock_timestamp() + interval '1 minute' on conflict do nothing;
    perform from quota.asked as held where held.subject = any (subjects) order by held.subject for update;
    get diagnostics locked = row_count;
    exit when locked = cardinality(subjects);
  end loop;
  delete from quota.asked where ctid = any (array(
    select old.ctid from quota.asked as old
    where old.until < clock_timestamp() and old.subject <> all (subjects) limit 8 for update skip locked
  ));
end $$;

create function quota.lock_watches(items jsonb)
  returns void
  language plpgsql
as $$
declare
  systems text[];
  contracts text[];
  made boolean := false;
  locked integer;
begin
  select array_agg(system), array_agg(contract) into systems, contracts from (
    select distinct value ->> 'system' as system, value ->> 'contract' as contract from jsonb_array_elements(items) order by 1, 2
  ) as watched;
  loop
    if (
      select count(*) from quota.watch as held where (held.system, held.contract) in (select * from unnest(systems, contracts))
    ) < cardinality(systems) then
      insert into quota.watch (system, contract) select * from unnest(systems, contracts) on conflict do nothing;
      made := true;
    end if;
    perform from quota.watch as held
      where (held.system, held.contract) in (select * from unnest(systems, contracts))
      order by held.system, held.contract for update;
    get diagnostics locked = row_count;
    exit when locked = cardinality(systems);
  end loop;
  if made then
    delete from quota.watch where ctid = any (array(
      select old.ctid from quota.watch as old
      where old.since < clock_timestamp() - interval '1 day' and old.since > '-infinity'
        and (old.system, old.contract) not in (select * from unnest(systems, contracts))
      limit 8 for update skip locked
    ));
  end if;
end $$;

-- The usage of a grant today. A clock that was set back begins no day again.
create function quota.today(its_grant text, zone text, at timestamptz)
  returns quota.usage
  language plpgsql
as $$
declare
  used quota.usage;
begin
  select * into strict used from quota.usage where grant_id = its_grant;
  if used.day < (at at time zone zone)::date then
    used.day := (at at time zone zone)::date;
    used.calls := 0;
    used.records := 0;
    used.bytes := 0;
  end if;
  return used;
end $$;

create function quota.seconds_until(later timestamptz, at timestamptz)
  returns integer
  language sql
  immutable
as $$
  select greatest(1, ceil(extract(epoch from later - at)))::integer
$$;

-- Null if the question may be asked, and is one of those asked from now on; or when the first of those that forbid it is
-- forgotten. Asked again, a question tells nothing new.
create function quota.probe(subjects bytea[], question bytea, most integer, window_seconds integer, at timestamptz)
  returns timestamptz
  language plpgsql
as $$
declare
  free_at timestamptz;
begin
  select max(alive.first) into free_at
  from quota.asked as held cross join lateral (
    select count(*) as count, min(known.until) as first, coalesce(bool_or(known.question = probe.question), false) as has
    from unnest(held.questions, held.untils) as known (question, until) where known.until > at
  ) as alive
  where held.subject = any (subjects) and not alive.has and alive.count >= most;
  if free_at is not null then
    return free_at;
  end if;
  update quota.asked as held set
    questions = array(
      select known.question from unnest(held.questions, held.untils) as known (question, until)
      where known.until > at order by known.until
    ) || question,
    untils = array(select until from unnest(held.untils) as until where until > at order by until)
      || (at + make_interval(secs => window_seconds)),
    until = greatest(held.until, at + make_interval(secs => window_seconds))
  where held.subject = any (subjects) and not exists (
    select from unnest(held.questions, held.untils) as known (question, until)
    where known.until > at and known.question = probe.question
  );
  return null;
end $$;

-- How many different ones made that many bits of 8192.
create function quota.estimated(bits bytea)
  returns integer
  language sql
  immutable
as $$
  select round(-8192 * ln((8192.5 - least(bit_count(bits), 8192)) / 8192.5))::integer
$$;

-- The watch of a system and contract in the hour that it is.
create function quota.watching(its_system text, its_contract text, at timestamptz)
  returns quota.watch
  language plpgsql
as $$
declare
  seen quota.watch;
begin
  select * into strict seen from quota.watch where system = its_system and contract = its_contract;
  if seen.since + interval '1 hour' <= at then
    seen.since := at;
    seen.subjects := decode(repeat('00', 1024), 'hex');
    seen.neighbourhoods := seen.subjects;
    seen.neighbours := 0;
    seen.chance := 0;
    seen.answered := 0;
    seen.absent := 0;
    seen.alarmed := '{}';
    seen.raised_at := '-infinity';
  end if;
  return seen;
end $$;

-- Writes what was seen. @returns those of the signals that the caller has to enter in the ledger, and what was counted: it is
-- one gateway's to do, and another's if that has not said within ten seconds that it did.
create function quota.keep_watch(seen quota.watch, signals text[], at timestamptz, out due text[], out counts jsonb)
  language plpgsql
as $$
begin
  due := '{}';
  if cardinality(signals) > 0 and seen.raised_at <= at - interval '10 seconds' then
    due := array(select signal from unnest(signals) as signal where signal <> all (seen.alarmed));
  end if;
  if cardinality(due) > 0 then
    seen.raised_at := at;
    counts := jsonb_build_object(
      'subjects', quota.estimated(seen.subjects),
      'neighbours', greatest(0, round(seen.neighbours - seen.chance))::integer,
      'answered', seen.answered, 'absent', seen.absent
    );
  end if;
  update quota.watch as held set
    since = seen.since, subjects = seen.subjects, neighbourhoods = seen.neighbourhoods, neighbours = seen.neighbours,
    chance = seen.chance, answered = seen.answered, absent = seen.absent, alarmed = seen.alarmed,
    raised_at = seen.raised_at
  where held.system = seen.system and held.contract = seen.contract;
end $$;

-- Whom somebody asks about: `places` are [{"subject": bit, "near": [bits]}], near those who are close to it.
create function quota.see(item jsonb, at timestamptz, out due text[], out counts jsonb)
  language plpgsql
as $$
declare
  seen quota.watch := quota.watching(item ->> 'system', item ->> 'contract', at);
  place jsonb;
  near integer[];
  bit integer;
  is_near boolean;
  several integer;
  excess double precision;
  signals text[] := '{}';
begin
  for place in select value from jsonb_array_elements(item -> 'places') loop
    continue when get_bit(seen.subjects, (place ->> 'subject')::integer) = 1;
    near := array(select value::integer from jsonb_array_elements_text(place -> 'near'));
    seen.chance := seen.chance + 1 - power(1 - bit_count(seen.neighbourhoods) / 8192.0, cardinality(near));
    seen.subjects := set_bit(seen.subjects, (place ->> 'subject')::integer, 1);
    is_near := false;
    foreach bit in array near loop
      is_near := is_near or get_bit(seen.neighbourhoods, bit) = 1;
      seen.neighbourhoods := set_bit(seen.neighbourhoods, bit, 1);
    end loop;
    if is_near then
      seen.neighbours := seen.neighbours + 1;
    end if;
  end loop;
  several := quota.estimated(seen.subjects);
  excess := seen.neighbours - seen.chance;
  if several > (item ->> 'mostSubjects')::integer then
    signals := signals || 'bulk'::text;
  end if;
  if excess >= (item ->> 'mostNeighbours')::integer and excess * 2 >= several then
    signals := signals || 'sequential'::text;
  end if;
  select kept.due, kept.counts into due, counts from quota.keep_watch(seen, signals, at) as kept;
end $$;

-- Takes a JSON array of calls and says of each, in its order, whether it may go on. Counted before anybody is asked; what
-- is refused counts nothing, but for a question too many, which is a call.
create function quota.take(items text)
  returns table (verdict text, retry_seconds integer, rate_left integer, rate_seconds integer, calls_left bigint, day_seconds integer, signals text[], counts jsonb)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  -- A plan that was made while the tables were empty would read all of them later.
  set enable_seqscan = off
  set jit = off
  set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_variable
declare
  batch jsonb := items::jsonb;
  item jsonb;
  used quota.usage;
  at timestamptz;
  step interval;
  ahead interval;
  allowed interval;
  free_at timestamptz;
begin
  -- Every exchange that these calls are of ends in an entry of the ledger, whose commit makes durable all that was written
  -- before it: this one need not wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  perform quota.lock_usage(batch);
  perform quota.lock_asked(batch);
  perform quota.lock_watches(batch);
  at := clock_timestamp(); -- under the locks: whoever comes later has a later time
  for item in select value from jsonb_array_elements(batch) with ordinality as listed (value, place) order by place loop
    used := quota.today(item ->> 'grant', item ->> 'zone', at);
    -- Whole microseconds, rounded so that a burst is never one more.
    step := ceil(1000000.0 / (item ->> 'perSecond')::integer) * interval '1 microsecond';
    allowed := step * (item ->> 'burst')::integer;
    ahead := least(greatest(used.even_at, at) - at, allowed);
    day_seconds := quota.seconds_until((used.day + 1)::timestamp at time zone (item ->> 'zone'), at);
    retry_seconds := day_seconds;
    signals := '{}';
    counts := null;
    verdict := case
      when used.calls >= (item ->> 'calls')::bigint then 'calls'
      when used.records >= (item ->> 'records')::bigint then 'records'
      when used.bytes >= (item ->> 'bytes')::bigint then 'bytes'
      when ahead + step > allowed then 'rate'
      else 'taken'
    end;
    if verdict = 'rate' then
      retry_seconds := quota.seconds_until(at + ahead + step - allowed, at);
    elsif verdict = 'taken' then
      ahead := ahead + step;
      used.calls := used.calls + 1;
      update quota.usage as held set
        day = used.day, calls = used.calls, records = used.records, bytes = used.bytes, even_at = at + ahead
      where held.grant_id = used.grant_id;
      if item ? 'probing' then
        free_at := quota.probe(
          array(select decode(value, 'base64') from jsonb_array_elements_text(item #> '{probing,subjects}')),
          decode(item #>> '{probing,question}', 'base64'),
          (item #>> '{probing,most}')::integer, (item #>> '{probing,seconds}')::integer, at
        );
        if free_at is not null then
          verdict := 'probing';
          retry_seconds := quota.seconds_until(free_at, at);
        end if;
      end if;
      select seen.due, seen.counts into signals, counts from quota.see(item, at) as seen;
    end if;
    rate_left := floor(extract(epoch from allowed - ahead) / extract(epoch from step))::integer;
    rate_seconds := ceil(extract(epoch from ahead))::integer;
    calls_left := greatest(0, (item ->> 'calls')::bigint - used.calls);
    return next;
  end loop;
end $$;

-- Takes a JSON array of answers that are ready, and says of each whether it may leave: `records` of them, `bytes` long. What
-- may not is not counted, but that there was an answer.
create function quota.settle(items text)
  returns table (verdict text, records_left bigint, bytes_left bigint, day_seconds integer, signals text[], counts jsonb)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  -- A plan that was made while the tables were empty would read all of them later.
  set enable_seqscan = off
  set jit = off
  set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_variable
declare
  batch jsonb := items::jsonb;
  item jsonb;
  used quota.usage;
  seen quota.watch;
  at timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true); -- as in quota.take
  perform quota.lock_usage(batch);
  perform quota.lock_watches(batch);
  at := clock_timestamp();
  for item in select value from jsonb_array_elements(batch) with ordinality as listed (value, place) order by place loop
    used := quota.today(item ->> 'grant', item ->> 'zone', at);
    day_seconds := quota.seconds_until((used.day + 1)::timestamp at time zone (item ->> 'zone'), at);
    verdict := case
      when used.records + (item ->> 'records')::bigint > (item ->> 'mostRecords')::bigint then 'records'
      when used.bytes + (item ->> 'bytes')::bigint > (item ->> 'mostBytes')::bigint then 'bytes'
      else 'taken'
    end;
    if verdict = 'taken' and (item ->> 'bytes')::bigint > 0 then
      used.records := used.records + (item ->> 'records')::bigint;
      used.bytes := used.bytes + (item ->> 'bytes')::bigint;
      update quota.usage as held set day = used.day, calls = used.calls, records = used.records, bytes = used.bytes
      where held.grant_id = used.grant_id;
    end if;
    records_left := greatest(0, (item ->> 'mostRecords')::bigint - used.records);
    bytes_left := greatest(0, (item ->> 'mostBytes')::bigint - used.bytes);
    seen := quota.watching(item ->> 'system', item ->> 'contract', at);
    seen.answered := seen.answered + 1;
    seen.absent := seen.absent + case when (item ->> 'records')::bigint = 0 then 1 else 0 end;
    signals := case
      when seen.absent >= (item ->> 'mostAbsent')::integer and seen.absent * 100 >= seen.answered * (item ->> 'absentPercent')::integer then array['absent']
      else '{}'::text[]
    end;
    select kept.due, kept.counts into signals, counts from quota.keep_watch(seen, signals, at) as kept;
    return next;
  end loop;
end $$;

-- The alarm is in the ledger, and is not raised again within the hour that it is of.
create function quota.alarm_entered(its_system text, its_contract text, its_signal text)
  returns void
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  update quota.watch as held set alarmed = held.alarmed || its_signal
  where held.system = its_system and held.contract = its_contract and held.raised_at > '-infinity'
$$;

revoke all on all functions in schema quota from public;
grant usage on schema quota to shuqiao_exchange;
grant execute on function quota.take(text), quota.settle(text), quota.alarm_entered(text, text, text) to shuqiao_exchange;
