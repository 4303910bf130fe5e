-- Request ids that were used: each is good for one exchange of one system, in every gateway of the cluster.
create schema exchange;

create table exchange.request_id (
  system text not null,
  request_id uuid not null,
  used_at timestamptz not null default clock_timestamp(),
  primary key (system, request_id)
);
create index request_id_used_at on exchange.request_id (used_at);

-- True if the id is fresh. Ids past the window go as new ones come, a few at a time, so that the table stays as large
-- as the traffic of one window and nobody has to clean up.
create function exchange.claim_request_id(claimed_system text, claimed_id uuid, keep_for interval)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  claimed integer;
begin
  delete from exchange.request_id where ctid = any (array(
    select old.ctid from exchange.request_id as old where old.used_at < clock_timestamp() - keep_for limit 8 for update skip locked
  ));
  insert into exchange.request_id (system, request_id) values (claimed_system, claimed_id) on conflict do nothing;
  get diagnostics claimed = row_count;
  return claimed = 1;
end $$;

revoke all on function exchange.claim_request_id(text, uuid, interval) from public;
grant usage on schema exchange to shuqiao_exchange;
grant execute on function exchange.claim_request_id(text, uuid, interval) to shuqiao_exchange;
