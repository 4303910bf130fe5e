-- Checkpoints 检查点 that the publisher signed and published (docs/decisions/0028). The publisher is a process of its own,
-- with a role of its own: it reads the log, and all it can write is a checkpoint, through one function.
do $$
begin
  if not exists (select from pg_roles where rolname = 'shuqiao_publisher') then
    begin
      create role shuqiao_publisher nologin;
    exception when duplicate_object or unique_violation then
      null; -- another database of the cluster is being migrated at the same time
    end;
  end if;
  grant shuqiao_publisher to current_user;
end $$;

create table ledger.checkpoint (
  size bigint primary key check (size > 0),
  note text not null check (octet_length(note) <= 65535), -- with the signature of the log and those of the witnesses
  published_at timestamptz not null default clock_timestamp()
);

-- Sizes only grow. Of a size that is there the first note stays: it is published, and only its cosignatures could differ.
create function ledger.publish_checkpoint(size bigint, note text)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  latest ledger.checkpoint;
begin
  lock table ledger.checkpoint in share row exclusive mode;
  select * into latest from ledger.checkpoint order by checkpoint.size desc limit 1;
  if split_part(publish_checkpoint.note, e'\n', 2) is distinct from publish_checkpoint.size::text then
    raise exception 'the note is no checkpoint of that size' using errcode = 'invalid_parameter_value';
  end if;
  if latest.size = publish_checkpoint.size
     and split_part(latest.note, e'\n\n', 1) = split_part(publish_checkpoint.note, e'\n\n', 1) then
    return;
  end if;
  if latest.size >= publish_checkpoint.size then
    raise exception 'checkpoints only grow' using errcode = 'check_violation';
  end if;
  if publish_checkpoint.size > (select head.size from ledger.head) then
    raise exception 'the log is not that large' using errcode = 'check_violation';
  end if;
  insert into ledger.checkpoint (size, note) values (publish_checkpoint.size, publish_checkpoint.note);
end $$;

-- The owner of the tables cannot log in, so that what it may see is seen through this alone: a superuser grants it
-- pg_read_all_stats where standbys are waited for. To the publisher itself that would show the statements of others.
create function ledger.flushed_standbys(reached pg_lsn)
  returns setof text
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  select application_name from pg_stat_replication where flush_lsn >= reached
$$;

create trigger checkpoint_is_append_only before update or delete on ledger.checkpoint
  for each row execute function ledger.refuse_change();
create trigger checkpoint_is_not_truncated before truncate on ledger.checkpoint
  for each statement execute function ledger.refuse_change();

alter table ledger.checkpoint owner to shuqiao_ledger_owner;
alter function ledger.publish_checkpoint(bigint, text) owner to shuqiao_ledger_owner;
alter function ledger.flushed_standbys(pg_lsn) owner to shuqiao_ledger_owner;

revoke all on function ledger.publish_checkpoint(bigint, text), ledger.flushed_standbys(pg_lsn) from public;
grant usage on schema ledger to shuqiao_publisher;
grant execute on function ledger.publish_checkpoint(bigint, text), ledger.flushed_standbys(pg_lsn) to shuqiao_publisher;
grant select on ledger.head, ledger.entry, ledger.checkpoint to shuqiao_publisher;
grant select on ledger.checkpoint to shuqiao_exchange, shuqiao_control, shuqiao_audit;
