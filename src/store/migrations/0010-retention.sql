-- Pruning 清理: the oldest partitions go when their time is over (docs/decisions/0033). One entry of the ledger says which
-- and on whose word; the hashes that later proofs are made of stay.
do $$
begin
  if not exists (select from pg_roles where rolname = 'shuqiao_prune') then
    begin
      create role shuqiao_prune nologin;
    exception when duplicate_object or unique_violation then
      null; -- another database of the cluster is being migrated at the same time
    end;
  end if;
  grant shuqiao_prune to current_user;
end $$;

set local role shuqiao_ledger_owner;

-- Which prefixes were recorded to go, and how far that is. Not evidence: the entry at `index` is.
create table ledger.pruned (
  upto bigint primary key check (upto > 0),
  index bigint not null unique,
  recorded_at timestamptz not null default clock_timestamp(),
  dropped_at timestamptz, -- the entries are gone
  finished_at timestamptz check (dropped_at is not null or finished_at is null) -- and all that led to them
);

-- The keys that sealed something beside an entry that was pruned, until it is known which of them seal nothing else.
create table ledger.unsealed (
  kid uuid primary key
);

-- The index of the first entry that is still there.
create function ledger.first_index()
  returns bigint
  language sql
  stable
  set search_path = pg_catalog, pg_temp
as $$
  select coalesce(max(upto), 0) from ledger.pruned where dropped_at is not null
$$;

-- How many tiles of a level may go. The hash that stands for a tile is asked for as long as the tile above it is: C2SP
-- tlog-tiles says of that one when nobody asks any more.
create function ledger.tiles_pruned(level integer)
  returns bigint
  language sql
  stable
  set search_path = pg_catalog, pg_temp
as $$
  select (div(ledger.first_index(), power(256::numeric, level + 2)) * 256)::bigint
$$;

drop trigger tile_is_append_only on ledger.tile;
create trigger tile_is_append_only before update on ledger.tile
  for each row execute function ledger.refuse_change();
create trigger tile_is_kept before delete on ledger.tile
  for each row when (old.tile >= ledger.tiles_pruned(old.level)) execute function ledger.refuse_change();
drop trigger checkpoint_is_append_only on ledger.checkpoint;
create trigger checkpoint_is_append_only before update on ledger.checkpoint
  for each row execute function ledger.refuse_change();
create trigger checkpoint_is_kept before delete on ledger.checkpoint
  for each row when (old.size >= ledger.first_index()) execute function ledger.refuse_change();
create trigger pruned_is_kept before delete or truncate on ledger.pruned
  for each statement execute function ledger.refuse_change();
create trigger pruned_only_goes_on before update on ledger.pruned
  for each row when (new.upto <> old.upto or new.index <> old.index or old.finished_at is not null)
  execute function ledger.refuse_change();

-- RFC 6962 §2.1 over the first entries, out of the hashes that stand for tiles: whole tiles only.
create function ledger.prefix_root(upto bigint)
  returns bytea
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $$
declare
  root bytea;
  node bytea[];
  rest bigint := upto;
  tile_level integer;
begin
  if upto <= 0 or upto & 255 <> 0 then
    raise exception 'only whole tiles have a hash' using errcode = 'invalid_parameter_value';
  end if;
  -- From the smallest perfect subtree, on the right, to the largest.
  for height in 8..62 loop
    continue when upto >> height & 1 = 0;
    rest := rest - (1::bigint << height);
    tile_level := height / 8;
    select array_agg(below.root order by below.tile) into node from ledger.tile as below
    where below.level = tile_level - 1
      and below.tile >= rest >> (8 * tile_level) and below.tile < (rest + (1::bigint << height)) >> (8 * tile_level);
    if cardinality(node) is distinct from 1 << (height - 8 * tile_level) then
      raise exception 'the tiles of the first % entries are not whole', upto using errcode = 'data_corrupted';
    end if;
    while cardinality(node) > 1 loop
      node := array(
        select sha256('\x01'::bytea || node[2 * pair - 1] || node[2 * pair])
        from generate_series(1, cardinality(node) / 2) as pair order by pair
      );
    end loop;
    root := case when root is null then node[1] else sha256('\x01'::bytea || node[1] || root) end;
  end loop;
  return root;
end $$;

-- An item as of ledger.append, whose entry says that everything before a partition is to go. Of the same range, what was
-- recorded before is answered. What is missing for it stands in docs/decisions/0033; here is asked what a database can.
create function ledger.enter_prune(item text)
  returns table (index bigint, leaf text, known boolean)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  entry jsonb := (item::jsonb ->> 'entry')::jsonb;
  bound bigint := (entry ->> 'to')::bigint;
  made record;
begin
  lock table ledger.pruned in share row exclusive mode;
  select held.index, encode(held.leaf, 'hex') as leaf into made
  from ledger.pruned as recorded join ledger.entry as held on held.index = recorded.index where recorded.upto = bound;
  if found then
    return query select made.index, made.leaf, true;
    return;
  end if;
  if (
    entry ->> 'kind' = 'prune' and entry ->> 'from' = '0' and (entry ->> 'count')::bigint = bound
    and jsonb_array_length(entry -> 'approvers') = 2 and entry -> 'approvers' -> 0 <> entry -> 'approvers' -> 1
    and bound % (select partition_size from ledger.head) = 0 and bound > ledger.first_index()
    and not exists (select from ledger.pruned where finished_at is null)
    and exists (select from ledger.checkpoint where size >= bound)
  ) is not true or entry ->> 'root' is distinct from encode(ledger.prefix_root(bound), 'hex') then
    raise exception 'these entries may not be pruned by this record' using errcode = 'invalid_parameter_value';
  end if;
  select done.index, done.leaf into made from ledger.append('[' || item || ']') as done;
  insert into ledger.pruned (upto, index) values (bound, made.index);
  return query select made.index, made.leaf, false;
end $$;

-- A recorded pruning that may be carried out: a checkpoint is over its entry.
create function ledger.due_pruning(by_entry bigint)
  returns ledger.pruned
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  due ledger.pruned;
begin
  select recorded.* into due from ledger.pruned as recorded where recorded.index = by_entry;
  if not found or not exists (select from ledger.entry as held where held.index = by_entry)
     or not exists (select from ledger.checkpoint as over_it where over_it.size > by_entry) then
    raise exception 'no entry under a checkpoint records this pruning' using errcode = 'object_not_in_prerequisite_state';
  end if;
  return due;
end $$;

-- What leads to the entries from `first` on, and is sealed beside them, some thousands at a time. Where to go on, or null.
create function ledger.forget_aside(by_entry bigint, first bigint)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set enable_seqscan = off
as $$
declare
  due ledger.pruned := ledger.due_pruning(by_entry);
  next bigint := least(due.upto, first + 4096);
  ids uuid[];
begin
  select array_agg(id::uuid) into ids from (
    select coalesce(nullif(held.exchange, ''), held.entry::jsonb ->> 'id') as id
    from ledger.entry as held where held.index >= first and held.index < next offset 0
  ) as entered where id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  delete from ledger.exchange_key as held where held.exchange = any (ids) and held.index < due.upto;
  with gone as (delete from ledger.sealed as held where held.exchange = any (ids) returning held.kid)
  insert into ledger.unsealed (kid) select distinct kid from gone on conflict do nothing;
  return case when next < due.upto then next end;
end $$;

-- The partitions, all in one transaction: there is never a hole that is smaller than the record of it. It waits a moment
-- for who reads or appends, and then gives up for whoever calls to ask again; the empty tables go after its commit.
create function ledger.drop_pruned(by_entry bigint)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $$
declare
  due ledger.pruned;
  said text;
  name text;
begin
  lock table ledger.pruned in share row exclusive mode;
  due := ledger.due_pruning(by_entry);
  if due.dropped_at is not null then
    return;
  end if;
  select held.entry::jsonb ->> 'root' into said from ledger.entry as held where held.index = by_entry;
  if said is distinct from encode(ledger.prefix_root(due.upto), 'hex') then
    raise exception 'the entries are not those that were recorded' using errcode = 'data_corrupted';
  end if;
  perform set_config('ledger_guard.open', 'yes', true);
  for name in
    select format('entry_%s', number)
    from ledger.head, generate_series(ledger.first_index() / head.partition_size, due.upto / head.partition_size - 1) as number
    order by number
  loop
    execute format('alter table ledger.entry detach partition ledger.%I', name);
    execute format('drop table ledger.%I', name);
  end loop;
  perform set_config('ledger_guard.open', '', true);
  update ledger.pruned set dropped_at = clock_timestamp() where upto = due.upto;
end $$;

-- What is left of it: index rows of subjects, keys that seal nothing any more, tiles and checkpoints that no later proof
-- asks for. Keys that are in another database are marked, as by a shredding, and go when that is finished.
create function ledger.finish_pruning(by_entry bigint, keys_elsewhere boolean)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  due ledger.pruned := ledger.due_pruning(by_entry);
  kids uuid[];
begin
  if due.dropped_at is null then
    raise exception 'the entries are not gone yet' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if due.finished_at is not null then
    return;
  end if;
  delete from ledger.subject as held where held.index < due.upto;
  kids := array(
    select done.kid from ledger.unsealed as done
    where not exists (select from ledger.sealed as other where other.kid = done.kid)
  );
  delete from ledger.subject_key as held where held.kid = any (kids);
  if keys_elsewhere then
    insert into ledger.shredding (kid) select unnest(kids) on conflict do nothing;
  end if;
  delete from ledger.unsealed;
  for tile_level in 0..6 loop
    delete from ledger.tile as held where held.level = tile_level and held.tile < ledger.tiles_pruned(tile_level);
  end loop;
  delete from ledger.checkpoint as held where held.size < due.upto;
  update ledger.pruned set finished_at = clock_timestamp() where upto = due.upto;
end $$;

revoke all on function ledger.first_index(), ledger.tiles_pruned(integer), ledger.prefix_root(bigint) from public;
revoke all on function ledger.due_pruning(bigint), ledger.enter_prune(text), ledger.forget_aside(bigint, bigint) from public;
revoke all on function ledger.drop_pruned(bigint), ledger.finish_pruning(bigint, boolean) from public;
grant usage on schema ledger to shuqiao_prune;
grant execute on function ledger.enter_prune(text), ledger.forget_aside(bigint, bigint) to shuqiao_prune;
grant execute on function ledger.drop_pruned(bigint), ledger.finish_pruning(bigint, boolean) to shuqiao_prune;
grant select on ledger.pruned to shuqiao_exchange, shuqiao_control, shuqiao_audit, shuqiao_publisher;
-- Whose folder was lost fills it again from these hashes, and compares what they make with what it signed.
grant select on ledger.tile to shuqiao_publisher;
reset role;
