-- Ids that are good once, until what they name has expired: jti of client assertions, nonces of request signatures.
create table identity.used_id (
  issuer text not null,
  -- Of the id: it is whatever somebody sent, of any length and content.
  digest bytea not null check (length(digest) = 32),
  until timestamptz not null,
  primary key (issuer, digest)
);
create index used_id_until on identity.used_id (until);

-- True if the id is fresh. What has expired goes as new ones come, a few at a time: the table stays as large as what is
-- alive. An id that has expired and is still here is used, whoever asks: nothing becomes fresh again by waiting. Whoever
-- uses an id for longer than a day would make it grow; the day is far beyond what any caller of it allows.
create function identity.use_id(using_issuer text, using_id text, keep_until timestamptz)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  used integer;
begin
  if keep_until is null or keep_until > clock_timestamp() + interval '1 day' then
    return false;
  end if;
  delete from identity.used_id where ctid = any (array(
    select old.ctid from identity.used_id as old where old.until < clock_timestamp() limit 8 for update skip locked
  ));
  insert into identity.used_id (issuer, digest, until)
    values (using_issuer, sha256(convert_to(using_id, 'UTF8')), keep_until) on conflict do nothing;
  get diagnostics used = row_count;
  return used = 1;
end $$;

revoke all on function identity.use_id(text, text, timestamptz) from public;
grant execute on function identity.use_id(text, text, timestamptz) to shuqiao_exchange;
