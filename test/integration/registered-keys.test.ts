import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyRegister, registeredKeys } from '../../src/store/registered-keys.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';

const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
const kid = (letter: string): string => letter.repeat(43);
const always = { from: undefined, until: undefined };
const hence = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('registered keys in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate identity.system_key'));
  afterAll(async () => await database.close());

  const register = () => keyRegister(database.databases.control);
  const add = async (letter: string, validity: Parameters<ReturnType<typeof keyRegister>['register']>[1] = always) =>
    await register().register({ system: 'a.system', kid: kid(letter), use: 'sig', alg: 'ES256', jwk }, validity);
  /** Asked anew: nothing is remembered between two. */
  const inForce = async (use: 'sig' | 'enc' = 'sig') =>
    (await registeredKeys(database.databases.exchange).keysOf('a.system', use)).map((key) => key.kid);

  it('are in force from the moment that they are registered, the newest first', async () => {
    expect(await add('a', { from: hence(-60_000), until: undefined })).toBe('registered');
    expect(await add('b')).toBe('registered');
    expect(await inForce()).toEqual([kid('b'), kid('a')]);
    expect(await inForce('enc')).toEqual([]);
  });

  it('are not in force before their time, after it, or once withdrawn', async () => {
    await add('a', { from: hence(60_000), until: undefined });
    await add('b', { from: hence(-60_000), until: hence(-1000) });
    await add('c');
    expect(await register().withdraw('a.system', kid('c'))).toBe(true);
    expect(await register().withdraw('a.system', kid('c'))).toBe(false);
    expect(await inForce()).toEqual([]);
    expect((await register().list('a.system')).map((entry) => entry.withdrawnAt === null)).toEqual([true, true, false]);
  });

  it('are registered once: again changes nothing, and a withdrawn one does not come back', async () => {
    await add('a');
    expect(await add('a')).toBe('known');
    await register().withdraw('a.system', kid('a'));
    expect(await add('a')).toBe('other');
    expect(await inForce()).toEqual([]);
  });

  it('of one system are never those of another', async () => {
    await add('a');
    const again = { system: 'another.system', kid: kid('a'), use: 'sig', alg: 'ES256', jwk } as const;
    expect(await register().register(again, always)).toBe('taken');
  });

  it.each(['d', 'p', 'q', 'k', 'oth'])('are never private: the table refuses the member %s', async (member) => {
    const leaked = {
      system: 'a.system',
      kid: kid('a'),
      use: 'sig',
      alg: 'ES256',
      jwk: { ...jwk, [member]: 's' },
    } as const;
    await expect(register().register(leaked, always)).rejects.toThrow(/check constraint/);
  });

  it('are written by the control plane only', async () => {
    const { exchange } = database.databases;
    const key = { system: 'a.system', kid: kid('a'), use: 'sig', alg: 'ES256', jwk } as const;
    await expect(keyRegister(exchange).register(key, always)).rejects.toThrow(/permission denied/);
    await expect(keyRegister(exchange).withdraw('a.system', kid('a'))).rejects.toThrow(/permission denied/);
    await expect(exchange.query('delete from identity.system_key')).rejects.toThrow(/permission denied/);
    await expect(database.databases.control.query('delete from identity.system_key')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('that are withdrawn are out of a running gateway within a second', async () => {
    const { keysOf } = registeredKeys(database.databases.exchange);
    await add('a');
    expect(await keysOf('a.system', 'sig')).toHaveLength(1);
    await register().withdraw('a.system', kid('a'));
    await expect.poll(async () => await keysOf('a.system', 'sig'), { timeout: 1000, interval: 50 }).toEqual([]);
  });
});
