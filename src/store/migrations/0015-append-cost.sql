-- What it costs to append (docs/decisions/0034): the same rows, tree, answers and refusals, for less.
set local role shuqiao_ledger_owner;

-- For each statement that writes to a table PostgreSQL reads every CHECK of it, and every WHEN of its triggers, out of the
-- catalog anew. The constraint of a domain it reads once a session, and asks of the columns that are set.
create domain ledger.hash as bytea;
create domain ledger.hashes as bytea check (length(value) % 32 = 0);
create domain ledger.perfect_size as bigint check (value >= 256 and value & (value - 1) = 0);
create domain ledger.entry_text as text;

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
alter table ledger.entry
  drop constraint entry_index_check, -- there is no partition below 0
  drop constraint entry_entry_check,
  drop constraint entry_leaf_check,
  drop constraint entry_chain_check,
  alter column entry type ledger.entry_text,
  alter column leaf type ledger.hash,
  alter column chain type ledger.hash;
-- Not before: the table would be written anew. Nor is it read: what stands there the CHECKs looked at.
alter domain ledger.hash add constraint hash_check check (length(value) = 32) not valid;
alter domain ledger.entry_text add constraint entry_text_check check (octet_length(value) <= 65535) not valid;

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
  node bytea;
  level integer;
begin
  if length(frontier) <> 32 * bit_count(size::bit(64)) then
    raise exception 'the frontier is not one of % entries', size using errcode = 'data_corrupted';
  end if;
  grown := frontier;
  foreach node in array leaves loop
    chain := sha256(chain || node);
    chains := chains || chain;
    level := 0;
    while size >> level & 1 = 1 loop
      node := sha256('\x01'::bytea || substr(grown, length(grown) - 31) || node);
      grown := substr(grown, 1, length(grown) - 32);
      level := level + 1;
      if level & 7 = 0 then
        tile_levels := tile_levels || level / 8 - 1;
        tiles := tiles || (size >> level);
        tile_roots := tile_roots || node;
      end if;
    end loop;
    grown := grown || node;
    size := size + 1;
  end loop;
  root := case when grown = '' then sha256('') else substr(grown, length(grown) - 31) end;
  for place in reverse length(grown) / 32 - 2..0 loop
    root := sha256('\x01'::bytea || substr(grown, place * 32 + 1, 32) || root);
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
  entries text[];
  fields jsonb[];
  ids uuid[];
  leaves bytea[];
  at_head ledger.head;
  again boolean;
  grown record;
  after bigint;
begin
  -- Depends on nothing that stands in the ledger, so it is done before the lock.
  for place in 1..count loop
    entries[place] := batch -> place - 1 ->> 'entry';
    fields[place] := entries[place]::jsonb;
    ids[place] := coalesce(fields[place] ->> 'exchange', fields[place] ->> 'id')::uuid;
    leaves[place] := sha256('\x00'::bytea || convert_to(entries[place], 'UTF8'));
  end loop;
  select * into strict at_head from ledger.head where only_row for update;
  again := exists (select from ledger.exchange_key as held where held.exchange = any (ids));
  if count > 1 then
    again := again or (select count(distinct id) < count(id) from unnest(ids) as id);
  end if;
  if again then
    return query select done.index, done.leaf, done.known from ledger.append_again(batch, ids, leaves) as done;
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
