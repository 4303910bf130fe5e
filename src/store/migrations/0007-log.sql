-- The log: the ledger as one Merkle tree (RFC 6962 §2.1) over the same leaves, partitioned, with its full tiles
-- (docs/decisions/0027). What 0001 made is converted: rows, leaves, chain and order stay what they are.
do $$
begin
  if not exists (select from pg_roles where rolname = 'shuqiao_audit') then
    begin
      create role shuqiao_audit nologin;
    exception when duplicate_object or unique_violation then
      null; -- another database of the cluster is being migrated at the same time
    end;
  end if;
  grant shuqiao_audit to current_user;
end $$;

-- Whatever is made from here on belongs to nobody who can log in.
set local role shuqiao_ledger_owner;

alter table ledger.head
  add column root bytea check (length(root) = 32),
  -- The perfect subtrees that the tree consists of, 32 bytes each, from the largest on the left to the smallest.
  add column frontier bytea check (length(frontier) % 32 = 0),
  -- How many entries a partition takes: a perfect subtree, so that one hash stands for what was pruned. An owner may set
  -- another before the first entry (tests do), and never after.
  add column partition_size bigint not null default 1048576
    check (partition_size >= 256 and partition_size & (partition_size - 1) = 0),
  -- Partitions have been made for the entries before this one.
  add column partitioned_to bigint not null default 0;

alter table ledger.entry rename to entry_before;
alter index ledger.entry_pkey rename to entry_before_pkey;
drop index ledger.entry_exchange; -- ledger.exchange_key leads to it

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
) partition by range (index);

-- Full tiles only: 256 hashes of level 8·level, and the one of level 8·(level + 1) that they make.
create table ledger.tile (
  level integer not null check (level >= 0),
  tile bigint not null check (tile >= 0),
  hashes bytea not null check (length(hashes) = 8192),
  root bytea not null check (length(root) = 32),
  primary key (level, tile)
);
alter table ledger.tile alter column hashes set storage external; -- hashes do not compress

-- Where the entry of an exchange stands, for whoever asks again. Not evidence: it can be made anew from the entries.
create table ledger.exchange_key (
  exchange uuid primary key,
  index bigint not null
);

create trigger entry_is_append_only before update or delete on ledger.entry
  for each row execute function ledger.refuse_change();
create trigger entry_is_not_truncated before truncate on ledger.entry
  for each statement execute function ledger.refuse_change();
create trigger tile_is_append_only before update or delete on ledger.tile
  for each row execute function ledger.refuse_change();
create trigger tile_is_not_truncated before truncate on ledger.tile
  for each statement execute function ledger.refuse_change();
create trigger head_only_grows before update on ledger.head for each row
  when (new.size < old.size or (new.partition_size <> old.partition_size and old.partitioned_to > 0))
  execute function ledger.refuse_change();

-- Partitions until there is one for entry `upto`. Each is made by itself, empty, and then attached, which locks out
-- neither who reads nor who appends. A row trigger of the parent comes with that; one for TRUNCATE does not.
create function ledger.make_partitions(upto bigint)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '100ms'
as $$
declare
  at_head ledger.head;
  name text;
begin
  select * into strict at_head from ledger.head;
  perform set_config('ledger_guard.open', 'yes', true);
  while at_head.partitioned_to <= upto loop
    name := format('entry_%s', at_head.partitioned_to / at_head.partition_size);
    execute format('create table ledger.%I (like ledger.entry including defaults including constraints)', name);
    execute format(
      'create trigger entry_is_not_truncated before truncate on ledger.%I
       for each statement execute function ledger.refuse_change()', name
    );
    execute format(
      'alter table ledger.entry attach partition ledger.%I for values from (%s) to (%s)',
      name, at_head.partitioned_to, at_head.partitioned_to + at_head.partition_size
    );
    at_head.partitioned_to := at_head.partitioned_to + at_head.partition_size;
  end loop;
  perform set_config('ledger_guard.open', '', true);
  update ledger.head set partitioned_to = at_head.partitioned_to;
end $$;

-- A log of `size` entries with these leaves after them: the chain at each, the frontier and root at the end, and every
-- tile that became full on the way, with the hash that stands for it.
create function ledger.grow(
  size bigint, chain bytea, frontier bytea, leaves bytea[],
  out chains bytea[], out grown bytea, out root bytea, out tile_levels integer[], out tiles bigint[], out tile_roots bytea[]
)
  language plpgsql
  immutable
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By level: the perfect subtree of 2^level leaves at the right edge, where the size has that bit.
  nodes bytea[] := array_fill(null::bytea, array[64], array[0]);
  level integer;
  rest bigint;
  place integer := 0;
  link bytea := chain;
  item bytea;
  node bytea;
begin
  for level in reverse 62..0 loop
    if size >> level & 1 = 1 then
      nodes[level] := substr(frontier, place * 32 + 1, 32);
      place := place + 1;
    end if;
  end loop;
  if length(frontier) <> place * 32 then
    raise exception 'the frontier is not one of % entries', size using errcode = 'data_corrupted';
  end if;
  chains := array_fill(null::bytea, array[cardinality(leaves)]);
  place := 0;
  foreach item in array leaves loop
    place := place + 1;
    link := sha256(link || item);
    chains[place] := link;
    node := item;
    level := 0;
    rest := size;
    while rest & 1 = 1 loop
      node := sha256('\x01'::bytea || nodes[level] || node);
      level := level + 1;
      rest := rest >> 1;
      if level & 7 = 0 then
        tile_levels := tile_levels || level / 8 - 1;
        tiles := tiles || rest;
        tile_roots := tile_roots || node;
      end if;
    end loop;
    nodes[level] := node;
    size := size + 1;
  end loop;
  grown := '';
  for level in 0..62 loop
    if size >> level & 1 = 1 then
      grown := nodes[level] || grown;
      root := case when root is null then nodes[level] else sha256('\x01'::bytea || nodes[level] || root) end;
    end if;
  end loop;
  root := coalesce(root, sha256(''));
end $$;

-- The hashes of a tile are leaves, or what the full tiles below it make. One that is not whole fits no row.
create function ledger.keep_tiles(levels integer[], tiles bigint[], roots bytea[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  made record;
begin
  for made in select * from unnest(levels, tiles, roots) as full_tile (level, tile, root) order by level, tile loop
    insert into ledger.tile (level, tile, hashes, root)
    select made.level, made.tile, string_agg(part.hash, ''::bytea order by part.place), made.root
    from (
      select one.leaf as hash, one.index as place from ledger.entry as one
      where made.level = 0 and one.index >= made.tile * 256 and one.index < (made.tile + 1) * 256
      union all
      select one.root, one.tile from ledger.tile as one
      where one.level = made.level - 1 and one.tile >= made.tile * 256 and one.tile < (made.tile + 1) * 256
    ) as part;
  end loop;
end $$;

-- What an item has besides its entry, for what is kept aside; called once a batch. `items` stand from `first_index` on.
create function ledger.keep_aside(first_index bigint, items jsonb)
  returns void
  language sql
  set search_path = pg_catalog, pg_temp
as $$
$$;

-- What a batch of items says, column by column and in its order. Depends on nothing that stands in the ledger.
create function ledger.read_items(
  items jsonb,
  out ids uuid[], out entries text[], out leaves bytea[],
  out exchanges text[], out outcomes text[], out consumers text[], out contracts text[]
)
  language sql
  immutable
  set search_path = pg_catalog, pg_temp
as $$
  select
    coalesce(array_agg(coalesce(fields ->> 'exchange', fields ->> 'id')::uuid), '{}'),
    coalesce(array_agg(entry), '{}'),
    coalesce(array_agg(sha256('\x00'::bytea || convert_to(entry, 'UTF8'))), '{}'),
    array_agg(coalesce(fields ->> 'exchange', '')), array_agg(coalesce(fields ->> 'outcome', '')),
    array_agg(coalesce(fields ->> 'consumer', '')), array_agg(coalesce(fields ->> 'contract', ''))
  from (
    -- The offset keeps the planner from reading an entry once for every column.
    select item ->> 'entry' as entry, (item ->> 'entry')::jsonb as fields
    from jsonb_array_elements(items) with ordinality as listed (item, place) order by place offset 0
  ) as item
$$;

drop function ledger.append(text);

-- Takes a JSON array of {"entry": canonical text, …}, as text, in the order in which they are to stand, and answers in
-- that order. One round trip, one transaction: the lock on the head lives only inside this call, so a gateway that
-- pauses never holds it. An exchange that is in the ledger with the same leaf is answered where it stands, so the same
-- batch can be sent again by who does not know whether it was committed: the lock puts it after the first.
create function ledger.append(items text)
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
  read record;
  ids uuid[];
  leaves bytea[];
  at_head ledger.head;
  grown record;
  after bigint;
  repeats boolean;
begin
  select * into strict read from ledger.read_items(batch);
  ids := read.ids;
  leaves := read.leaves;
  select * into strict at_head from ledger.head where only_row for update;
  repeats := exists (select from ledger.exchange_key as held where held.exchange = any (ids))
    or (select count(distinct id) < count(id) from unnest(ids) as id);
  if repeats then
    batch := ledger.fresh_items(batch, ids, leaves);
    select * into strict read from ledger.read_items(batch);
  end if;
  after := at_head.size + cardinality(read.leaves);
  if after > at_head.size then
    if at_head.partitioned_to < after + at_head.partition_size then
      begin
        perform ledger.make_partitions(after + at_head.partition_size - 1);
      exception when lock_not_available then
        -- Made ahead, so that it can wait as long as there is room.
        if at_head.partitioned_to < after then raise; end if;
      end;
    end if;
    select * into strict grown from ledger.grow(at_head.size, at_head.chain, at_head.frontier, read.leaves);
    insert into ledger.entry (index, entry, leaf, chain, exchange, outcome, consumer, contract)
    select at_head.size + place - 1, row.entry, row.leaf, row.chain, row.exchange, row.outcome, row.consumer, row.contract
    from unnest(read.entries, read.leaves, grown.chains, read.exchanges, read.outcomes, read.consumers, read.contracts)
      with ordinality as row (entry, leaf, chain, exchange, outcome, consumer, contract, place);
    insert into ledger.exchange_key (exchange, index)
    select id, at_head.size + place - 1 from unnest(read.ids) with ordinality as row (id, place);
    perform ledger.keep_aside(at_head.size, batch);
    if grown.tiles is not null then
      perform ledger.keep_tiles(grown.tile_levels, grown.tiles, grown.tile_roots);
    end if;
    update ledger.head set
      size = after, chain = grown.chains[cardinality(grown.chains)], frontier = grown.grown, root = grown.root;
  end if;
  if repeats then
    return query
      select held.index, encode(row.leaf, 'hex'), held.index < at_head.size
      from unnest(ids, leaves) with ordinality as row (id, leaf, place)
      join ledger.exchange_key as held on held.exchange = row.id order by place;
  else
    return query
      select at_head.size + place - 1, encode(row.leaf, 'hex'), false
      from unnest(leaves) with ordinality as row (leaf, place) order by place;
  end if;
end $$;

-- The items of exchanges that are not in the ledger, each once.
create function ledger.fresh_items(items jsonb, ids uuid[], leaves bytea[])
  returns jsonb
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from unnest(ids, leaves) as item (id, leaf)
    left join ledger.exchange_key as held on held.exchange = item.id
    left join ledger.entry as there on there.index = held.index
    group by item.id having count(distinct item.leaf) > 1 or bool_or(held.index is not null and there.leaf is distinct from item.leaf)
  ) then
    raise exception 'the exchange has another entry in the ledger' using errcode = 'unique_violation';
  end if;
  return (
    select coalesce(jsonb_agg(items -> first.place::integer - 1 order by first.place), '[]')
    from (
      select min(item.place) as place from unnest(ids) with ordinality as item (id, place)
      where not exists (select from ledger.exchange_key as held where held.exchange = item.id)
      group by item.id
    ) as first
  );
end $$;

do $$
declare
  at_head ledger.head;
  leaves bytea[];
  grown record;
  at bigint := 0;
  link bytea := decode(repeat('00', 32), 'hex');
begin
  update ledger.head set root = sha256(''), frontier = '';
  select * into strict at_head from ledger.head;
  if at_head.size > 0 then
    perform ledger.make_partitions(at_head.size + at_head.partition_size - 1);
  end if;
  insert into ledger.entry (index, entry, leaf, chain, recorded_at, exchange, outcome, consumer, contract)
  select index, entry, leaf, chain, recorded_at, exchange, outcome, consumer, contract from ledger.entry_before;
  loop
    select array_agg(one.leaf order by one.index) into leaves
    from ledger.entry as one where one.index >= at and one.index < at + 65536;
    exit when leaves is null;
    select * into strict grown from ledger.grow(at, link, at_head.frontier, leaves);
    perform ledger.keep_tiles(grown.tile_levels, grown.tiles, grown.tile_roots);
    at := at + cardinality(leaves);
    link := grown.chains[cardinality(leaves)];
    at_head.frontier := grown.grown;
    at_head.root := grown.root;
  end loop;
  if at <> at_head.size or link <> at_head.chain then
    raise exception 'the ledger does not hold together: verify it before it is converted' using errcode = 'data_corrupted';
  end if;
  update ledger.head set frontier = at_head.frontier, root = at_head.root;
  -- An exchange may have a second entry, which explains the first; the key leads to the first.
  insert into ledger.exchange_key (exchange, index)
  select exchange::uuid, min(index) from ledger.entry
  where exchange ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' group by exchange;
end $$;

drop table ledger.entry_before;
alter table ledger.head alter column root set not null, alter column frontier set not null;

revoke all on function ledger.make_partitions(bigint) from public;
revoke all on function ledger.grow(bigint, bytea, bytea, bytea[]) from public;
revoke all on function ledger.keep_tiles(integer[], bigint[], bytea[]) from public;
revoke all on function ledger.keep_aside(bigint, jsonb) from public;
revoke all on function ledger.read_items(jsonb) from public;
revoke all on function ledger.fresh_items(jsonb, uuid[], bytea[]) from public;
revoke all on function ledger.append(text) from public;
grant execute on function ledger.append(text) to shuqiao_exchange;
grant usage on schema ledger to shuqiao_audit;
grant select on ledger.entry, ledger.tile, ledger.exchange_key to shuqiao_exchange, shuqiao_control;
grant select on ledger.head, ledger.entry, ledger.tile, ledger.exchange_key to shuqiao_audit;
reset role;
