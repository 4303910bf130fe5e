-- What it costs to append (docs/decisions/0034): the same rows, tree, answers and refusals, for less.
set local role shuqiao_ledger_owner;

-- The head is written with every batch, and for each statement PostgreSQL reads every CHECK of the table, and every WHEN
-- of its triggers, out of the catalog anew. A domain it reads once a session, and asks only of the columns that are set.
create domain ledger.hash as bytea check (length(value) = 32);
create domain ledger.hashes as bytea check (length(value) % 32 = 0);
create domain ledger.perfect_size as bigint check (value >= 256 and value & (value - 1) = 0);

drop trigger head_only_grows on ledger.head;
alter table ledger.head
  drop constraint head_size_check, -- it begins with 0 and only grows
  drop constraint head_chain_check,
  drop constraint head_root_check,
  drop constraint head_frontier_check,
  drop constraint head_partition_size_check,
  alter column chain type ledger.hash,
  alter column root type ledger.hash,
  alter column frontier type ledger.hashes,
  alter column partition_size type ledger.perfect_size;
create trigger head_only_grows before update on ledger.head for each row
  when (new.size < old.size) execute function ledger.refuse_change();
create trigger head_keeps_its_partitions before update of partition_size on ledger.head for each row
  when (new.partition_size <> old.partition_size and old.partitioned_to > 0) execute function ledger.refuse_change();

-- As before. The frontier is a stack: the smallest perfect subtree stands last, and a leaf takes from there what it is
-- joined with, so that nothing goes through the levels that a tree of this size does not have. The search path is that
-- of who calls; to set one would cost as much as a leaf does.
create or replace function ledger.grow(
  size bigint, chain bytea, frontier bytea, leaves bytea[],
  out chains bytea[], out grown bytea, out root bytea, out tile_levels integer[], out tiles bigint[], out tile_roots bytea[]
)
  language plpgsql
  immutable
as $$
declare
  item bytea;
  node bytea;
  level integer;
  rest bigint;
  place integer;
begin
  if length(frontier) <> 32 * bit_count(size::bit(64)) then
    raise exception 'the frontier is not one of % entries', size using errcode = 'data_corrupted';
  end if;
  grown := frontier;
  foreach item in array leaves loop
    chain := sha256(chain || item);
    chains := chains || chain;
    node := item;
    level := 0;
    rest := size;
    while rest & 1 = 1 loop
      place := length(grown) - 32;
      node := sha256('\x01'::bytea || substr(grown, place + 1) || node);
      grown := substr(grown, 1, place);
      level := level + 1;
      rest := rest >> 1;
      if level & 7 = 0 then
        tile_levels := tile_levels || level / 8 - 1;
        tiles := tiles || rest;
        tile_roots := tile_roots || node;
      end if;
    end loop;
    grown := grown || node;
    size := size + 1;
  end loop;
  place := length(grown) - 32;
  root := case when place < 0 then sha256('') else substr(grown, place + 1) end;
  while place > 0 loop
    place := place - 32;
    root := sha256('\x01'::bytea || substr(grown, place + 1, 32) || root);
  end loop;
end $$;

-- A batch of which something is in the ledger already, or stands in it twice: the rest is appended, and all is answered.
-- For ledger.append alone, which holds the head.
create function ledger.append_again(items jsonb, ids uuid[], leaves bytea[])
  returns table (index bigint, leaf text, known boolean)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  before bigint := (select size from ledger.head);
begin
  perform from ledger.append(ledger.fresh_items(items, ids, leaves)::text);
  return query
    select held.index, encode(row.leaf, 'hex'), held.index < before
    from unnest(ids, leaves) with ordinality as row (id, leaf, place)
    join ledger.exchange_key as held on held.exchange = row.id order by place;
end $$;

-- As before. An item is read by assignments in a loop, which PostgreSQL does without its executor: an aggregate over the
-- items cost more for one of them than everything else, and twice as much for each of many.
create or replace function ledger.append(items text)
  returns table (index bigint, leaf text, known boolean)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  -- A plan that was made while the tables were empty would read all of them later.
  set enable_seqscan = off
  set jit = off
as $$
#variable_conflict use_column
declare
  batch jsonb := items::jsonb;
  count integer := jsonb_array_length(batch);
  text text;
  read jsonb;
  entries text[];
  fields jsonb[];
  ids uuid[];
  leaves bytea[];
  at_head ledger.head;
  grown record;
  after bigint;
begin
  -- Depends on nothing that stands in the ledger, so it is done before the lock.
  for place in 1..count loop
    text := batch -> place - 1 ->> 'entry';
    read := text::jsonb;
    entries[place] := text;
    fields[place] := read;
    ids[place] := coalesce(read ->> 'exchange', read ->> 'id')::uuid;
    leaves[place] := sha256('\x00'::bytea || convert_to(text, 'UTF8'));
  end loop;
  select * into strict at_head from ledger.head where only_row for update;
  if exists (select from ledger.exchange_key as held where held.exchange = any (ids))
     or count > 1 and (select count(distinct id) < count(id) from unnest(ids) as id) then
    return query select again.index, again.leaf, again.known from ledger.append_again(batch, ids, leaves) as again;
    return;
  end if;
  after := at_head.size + count;
  if count > 0 then
    if at_head.partitioned_to < after + at_head.partition_size then
      begin
        perform ledger.make_partitions(after + at_head.partition_size - 1);
      exception when lock_not_available then
        -- Made ahead, so that it can wait as long as there is room.
        if at_head.partitioned_to < after then raise; end if;
      end;
    end if;
    grown := ledger.grow(at_head.size, at_head.chain, at_head.frontier, leaves);
    insert into ledger.entry (index, entry, leaf, chain, exchange, outcome, consumer, contract)
    select
      at_head.size + place - 1, row.entry, row.leaf, row.chain,
      coalesce(row.fields ->> 'exchange', ''), coalesce(row.fields ->> 'outcome', ''),
      coalesce(row.fields ->> 'consumer', ''), coalesce(row.fields ->> 'contract', '')
    from unnest(entries, leaves, grown.chains, fields) with ordinality as row (entry, leaf, chain, fields, place);
    insert into ledger.exchange_key (exchange, index)
    select id, at_head.size + place - 1 from unnest(ids) with ordinality as row (id, place);
    if batch @? '$[*].sealed' then
      perform ledger.keep_aside(at_head.size, batch);
    end if;
    if grown.tiles is not null then
      perform ledger.keep_tiles(grown.tile_levels, grown.tiles, grown.tile_roots);
    end if;
    update ledger.head set
      size = after, chain = grown.chains[count], frontier = grown.grown, root = grown.root where only_row;
  end if;
  known := false;
  for place in 1..count loop
    index := at_head.size + place - 1;
    leaf := encode(leaves[place], 'hex');
    return next;
  end loop;
end $$;

drop function ledger.read_items(jsonb);

revoke all on function ledger.append_again(jsonb, uuid[], bytea[]) from public;
reset role;
