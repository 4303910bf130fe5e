-- A key comes into the ring and retires those before it in one step, and one after the other: two rotations at the same
-- time, each of which added and then retired the key of the other, left a ring that signs nothing.
-- NULL if the newest key is not `predecessor` any more, or the key, or a secret for its epoch, is there already.
create function identity.join_gateway_key(
  its_kid text, its_use text, its_alg text, its_public_jwk jsonb, its_sealed bytea, its_data_key bytea, its_wrapper text,
  from_time timestamptz, its_from_epoch integer, predecessor text, until_time timestamptz
)
  returns text[]
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  newest text;
  retired text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended(its_use, 809202507));
  select held.kid into newest from identity.gateway_key as held
    where held.use = its_use and held.retired_at is null order by held.active_from desc, held.made_at desc limit 1;
  if newest is distinct from predecessor then
    return null;
  end if;
  if not identity.add_gateway_key(
    its_kid, its_use, its_alg, its_public_jwk, its_sealed, its_data_key, its_wrapper, from_time, its_from_epoch
  ) then
    return null;
  end if;
  -- What an old epoch gave out has to come out the same for ever.
  if its_use <> 'treatment' then
    retired := array(select identity.retire_gateway_keys(its_use, its_kid, from_time, until_time));
  end if;
  return retired;
end $$;

revoke execute on function identity.add_gateway_key(text, text, text, jsonb, bytea, bytea, text, timestamptz, integer) from shuqiao_control;
revoke execute on function identity.retire_gateway_keys(text, text, timestamptz, timestamptz) from shuqiao_control;
revoke all on function identity.join_gateway_key(text, text, text, jsonb, bytea, bytea, text, timestamptz, integer, text, timestamptz) from public;
grant execute on function identity.join_gateway_key(text, text, text, jsonb, bytea, bytea, text, timestamptz, integer, text, timestamptz) to shuqiao_control;
