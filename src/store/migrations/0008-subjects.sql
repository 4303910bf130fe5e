-- What stands beside the ledger about people, and can be made unreadable without changing an entry (docs/decisions/0031).
-- None of it is evidence: a verifier asks for none of these tables.
set local role shuqiao_ledger_owner;

-- Who was asked about: HMAC under a key of the ring of a value's meaning and the value. Leads to entries; prunable.
create table ledger.subject (
  subject bytea not null check (length(subject) = 32),
  index bigint not null,
  kid uuid not null, -- the key that the subject's part of that entry is sealed under
  primary key (subject, index)
);

-- What of an entry is displayable or found out by trying: AES-256-GCM, the id of the entry and the kid as associated data.
create table ledger.sealed (
  exchange uuid not null, -- the id of the entry
  kid uuid not null,
  nonce bytea not null check (length(nonce) = 12),
  box bytea not null,
  primary key (exchange, kid)
);

-- The keys of the boxes, one for a subject and year, each encrypted under a secret of the key ring. The database that
-- SHUQIAO_SUBJECT_KEYS_URL names has this table in use, and it is empty here: whoever restores the boxes of yesterday must
-- not restore a key that was destroyed today.
create table ledger.subject_key (
  kid uuid primary key,
  subject bytea not null check (length(subject) = 32),
  period text not null check (period ~ '^\d{4}(-\d{2})?$'),
  wrapped bytea not null,
  wrapped_with text not null,
  made_at timestamptz not null default clock_timestamp(),
  unique (subject, period)
);

-- Keys that are destroyed by an entry of the ledger and may still be in the other database: nobody opens a box with one.
create table ledger.shredding (
  kid uuid primary key,
  since timestamptz not null default clock_timestamp()
);

-- The key of a subject and period that is there, or the one that is given. The second of two who come at once waits, and
-- gets the first one's.
create function ledger.keep_subject_key(
  its_kid uuid, its_subject bytea, its_period text, its_wrapped bytea, its_wrapper text
)
  returns table (kid uuid, subject bytea, period text, wrapped bytea, wrapped_with text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  insert into ledger.subject_key (kid, subject, period, wrapped, wrapped_with)
  values (its_kid, its_subject, its_period, its_wrapped, its_wrapper) on conflict do nothing;
  return query
    select held.kid, held.subject, held.period, held.wrapped, held.wrapped_with from ledger.subject_key as held
    where held.subject = its_subject and held.period = its_period;
end $$;

-- An item's `sealed`: its parts, [{"subject"?, "kid", "nonce", "box"}], bytes in base64; its `id`, that of the entry.
create or replace function ledger.keep_aside(first_index bigint, items jsonb)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  with part as (
    select
      first_index + item.place - 1 as index, (item.value ->> 'id')::uuid as id, (sealed ->> 'kid')::uuid as kid,
      decode(sealed ->> 'nonce', 'base64') as nonce, decode(sealed ->> 'box', 'base64') as box,
      decode(sealed ->> 'subject', 'base64') as subject
    from jsonb_array_elements(items) with ordinality as item (value, place)
    cross join jsonb_array_elements(item.value -> 'sealed') as sealed
  ), boxes as (
    insert into ledger.sealed (exchange, kid, nonce, box) select id, kid, nonce, box from part on conflict do nothing
  )
  insert into ledger.subject (subject, index, kid)
  select subject, index, kid from part where subject is not null on conflict do nothing;
end $$;

-- What operators enter: that they looked for a subject, or opened a part. An item as of ledger.append.
create function ledger.append_act(item text)
  returns table (index bigint, leaf text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if ((item::jsonb ->> 'entry')::jsonb ->> 'kind') in ('lookup', 'reveal') is not true then
    raise exception 'this is no act of an operator' using errcode = 'invalid_parameter_value';
  end if;
  return query select done.index, done.leaf from ledger.append('[' || item || ']') as done;
end $$;

-- The entry that says which keys are destroyed, and the destroying, in one transaction: both or nothing. What is in
-- another database cannot be of it; its keys are marked, are as good as gone from here on, and are then taken out there.
-- `subjects` are all indexes of whom it is about; their rows go, or only those that these keys are of.
create function ledger.shred(item text, subjects bytea[], wholly boolean, keys_elsewhere boolean)
  returns table (index bigint, leaf text)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  entry jsonb := (item::jsonb ->> 'entry')::jsonb;
  kids uuid[];
begin
  if (entry ->> 'kind') is distinct from 'shred' then
    raise exception 'this is no entry of a shredding' using errcode = 'invalid_parameter_value';
  end if;
  kids := array(select value::uuid from jsonb_array_elements_text(entry -> 'kids') as listed (value));
  delete from ledger.subject as held where held.subject = any (subjects) and (wholly or held.kid = any (kids));
  delete from ledger.subject_key as held where held.kid = any (kids);
  if keys_elsewhere then
    insert into ledger.shredding (kid) select unnest(kids) on conflict do nothing;
  end if;
  return query select done.index, done.leaf from ledger.append('[' || item || ']') as done;
end $$;

-- In the database of the keys.
create function ledger.forget_subject_keys(kids uuid[])
  returns void
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  delete from ledger.subject_key as held where held.kid = any (kids)
$$;

-- In the database of the ledger, when they are forgotten there.
create function ledger.finish_shredding(kids uuid[])
  returns void
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  delete from ledger.shredding as held where held.kid = any (kids)
$$;

revoke all on function ledger.keep_subject_key(uuid, bytea, text, bytea, text) from public;
revoke all on function ledger.keep_aside(bigint, jsonb) from public;
revoke all on function ledger.append_act(text) from public;
revoke all on function ledger.shred(text, bytea[], boolean, boolean) from public;
revoke all on function ledger.forget_subject_keys(uuid[]) from public;
revoke all on function ledger.finish_shredding(uuid[]) from public;
grant execute on function ledger.keep_subject_key(uuid, bytea, text, bytea, text) to shuqiao_exchange, shuqiao_control;
grant execute on function ledger.append_act(text) to shuqiao_control;
grant execute on function ledger.shred(text, bytea[], boolean, boolean) to shuqiao_control;
grant execute on function ledger.forget_subject_keys(uuid[]) to shuqiao_control;
grant execute on function ledger.finish_shredding(uuid[]) to shuqiao_control;
grant select on ledger.subject, ledger.sealed, ledger.subject_key, ledger.shredding to shuqiao_control;
reset role;
