-- Registered keys 登记公钥: what a system signs with and what answers are sealed to. Public halves only; a key is added or
-- withdrawn, never changed, and its row stays, so that what it signed can be told from what it never signed.
create schema identity;

create table identity.system_key (
  system text not null check (system <> ''),
  kid text not null check (kid ~ '^[A-Za-z0-9_-]{43}$'), -- the thumbprint of RFC 7638
  use text not null check (use in ('sig', 'enc')),
  alg text not null check (
    (use = 'sig' and alg in ('ES256', 'Ed25519')) or (use = 'enc' and alg in ('ECDH-ES+A256KW', 'RSA-OAEP-256'))
  ),
  -- An allow-list, so that no private half gets in whatever the command forgot to look for.
  jwk jsonb not null check (jwk - array['kty', 'crv', 'x', 'y', 'n', 'e'] = '{}'::jsonb),
  valid_from timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  withdrawn_at timestamptz,
  registered_at timestamptz not null default clock_timestamp(),
  primary key (system, kid)
);

-- Adding what is there already changes nothing: 'known' if it is the same, 'other' if it was registered otherwise or
-- withdrawn. A key of one system is never another's: who has it could open the answers of both.
create function identity.register_system_key(
  its_system text, its_kid text, its_use text, its_alg text, its_jwk jsonb, from_time timestamptz, until_time timestamptz
)
  returns text
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  held identity.system_key;
begin
  perform pg_advisory_xact_lock(hashtextextended(its_kid, 809202506));
  if exists (select from identity.system_key as other where other.kid = its_kid and other.system <> its_system) then
    return 'taken';
  end if;
  select * into held from identity.system_key as known where known.system = its_system and known.kid = its_kid;
  if found then
    return case
      when held.use = its_use and held.alg = its_alg and held.withdrawn_at is null then 'known'
      else 'other'
    end;
  end if;
  insert into identity.system_key (system, kid, use, alg, jwk, valid_from, valid_until)
  values (its_system, its_kid, its_use, its_alg, its_jwk, coalesce(from_time, clock_timestamp()), until_time);
  return 'registered';
end $$;

-- From now on, for good. True if it was in the register and not withdrawn yet.
create function identity.withdraw_system_key(its_system text, its_kid text)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  withdrawn integer;
begin
  update identity.system_key as held set withdrawn_at = clock_timestamp()
  where held.system = its_system and held.kid = its_kid and held.withdrawn_at is null;
  get diagnostics withdrawn = row_count;
  return withdrawn = 1;
end $$;

revoke all on function identity.register_system_key(text, text, text, text, jsonb, timestamptz, timestamptz) from public;
revoke all on function identity.withdraw_system_key(text, text) from public;
grant usage on schema identity to shuqiao_exchange, shuqiao_control;
grant select on identity.system_key to shuqiao_exchange, shuqiao_control;
grant execute on function identity.register_system_key(text, text, text, text, jsonb, timestamptz, timestamptz) to shuqiao_control;
grant execute on function identity.withdraw_system_key(text, text) to shuqiao_control;
