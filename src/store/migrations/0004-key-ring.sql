-- The key ring 密钥环: the gateway's own keys. What is private is encrypted under a data key of its own, and that under a
-- key-encryption key that the database never sees: a copy of this table signs nothing.
create table identity.gateway_key (
  kid text primary key check (kid ~ '^[A-Za-z0-9_-]{1,64}$'),
  use text not null check (use in ('answer', 'token', 'treatment', 'ledger')),
  alg text not null check (
    (use in ('answer', 'token') and alg in ('ES256', 'Ed25519'))
    or (use = 'treatment' and alg = 'HKDF-SHA-256') or (use = 'ledger' and alg = 'HS256')
  ),
  public_jwk jsonb check (public_jwk - array['kty', 'crv', 'x', 'y'] = '{}'::jsonb),
  sealed bytea not null,
  data_key bytea not null,
  wrapped_by text not null,
  -- It signs from here on, if no newer one does; it is published from the moment that it is in the table …
  active_from timestamptz not null,
  -- … signs nothing new from here on, but what it signed is still verified …
  retired_at timestamptz check (retired_at >= active_from),
  -- … until here, where it is no longer published.
  expires_at timestamptz check (expires_at >= retired_at),
  -- Of a treatment secret: it is for this epoch and those after it, up to the one of the next secret.
  from_epoch integer check (from_epoch between 1 and 9999),
  made_at timestamptz not null default clock_timestamp(),
  unique (use, from_epoch),
  check ((use = 'treatment') = (from_epoch is not null)),
  check (use <> 'treatment' or retired_at is null), -- what an old epoch gave out stays what it is
  check ((use in ('answer', 'token')) = (public_jwk is not null)),
  check (expires_at is null or retired_at is not null)
);

create function identity.add_gateway_key(
  its_kid text, its_use text, its_alg text, its_public_jwk jsonb, its_sealed bytea, its_data_key bytea, its_wrapper text,
  from_time timestamptz, its_from_epoch integer
)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  added integer;
begin
  insert into identity.gateway_key (kid, use, alg, public_jwk, sealed, data_key, wrapped_by, active_from, from_epoch)
  values (its_kid, its_use, its_alg, its_public_jwk, its_sealed, its_data_key, its_wrapper, from_time, its_from_epoch)
  on conflict do nothing;
  get diagnostics added = row_count;
  return added = 1;
end $$;

-- All other keys of a use sign until `from_time`, when the named one begins, and are published until `until_time`.
create function identity.retire_gateway_keys(its_use text, successor text, from_time timestamptz, until_time timestamptz)
  returns setof text
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
  update identity.gateway_key as held set
    retired_at = greatest(from_time, held.active_from),
    expires_at = greatest(until_time, from_time, held.active_from)
  where held.use = its_use and held.kid <> successor and held.retired_at is null
  returning held.kid
$$;

-- The same data key under another key-encryption key. False if somebody was faster.
create function identity.rewrap_gateway_key(its_kid text, old_data_key bytea, new_data_key bytea, its_wrapper text)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  rewrapped integer;
begin
  update identity.gateway_key as held set data_key = new_data_key, wrapped_by = its_wrapper
  where held.kid = its_kid and held.data_key = old_data_key;
  get diagnostics rewrapped = row_count;
  return rewrapped = 1;
end $$;

revoke all on function identity.add_gateway_key(text, text, text, jsonb, bytea, bytea, text, timestamptz, integer) from public;
revoke all on function identity.retire_gateway_keys(text, text, timestamptz, timestamptz) from public;
revoke all on function identity.rewrap_gateway_key(text, bytea, bytea, text) from public;
grant select on identity.gateway_key to shuqiao_exchange, shuqiao_control;
grant execute on function identity.add_gateway_key(text, text, text, jsonb, bytea, bytea, text, timestamptz, integer) to shuqiao_control;
grant execute on function identity.retire_gateway_keys(text, text, timestamptz, timestamptz) to shuqiao_control;
grant execute on function identity.rewrap_gateway_key(text, bytea, bytea, text) to shuqiao_control;
