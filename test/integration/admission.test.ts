import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Admitted } from '../../src/domain/admission.ts';
import { admission } from '../../src/store/admission.ts';
import { blocks } from '../../src/store/blocks.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabases } from '../../src/store/open-databases.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';

const ARRIVAL = { system: 'a.system', thumbprint: 'A'.repeat(43), tokenId: 'token-1' };

async function claimIn(database: Database, system: string, requestId: string): Promise<boolean> {
  return (await admission(database).admit({ ...ARRIVAL, system, requestId, exchange: randomUUID() })) === 'admitted';
}

const OPEN = [
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
] as const;

describe.each(OPEN)('request ids in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate exchange.request_id'));
  afterAll(async () => await database.close());

  const claim = async (system: string, id: string) => await claimIn(database.databases.exchange, system, id);
  const age = async (time: string) =>
    await database.tamper(`update exchange.request_id set used_at = used_at - interval '${time}'`);
  /** Only the owner may look. */
  const expectKept = async (count: number) =>
    await database.tamper(`do $$ begin
      if (select count(*) from exchange.request_id) <> ${count} then
        raise exception 'kept %', (select count(*) from exchange.request_id);
      end if;
    end $$`);

  it('are good once, however many use one at the same time', async () => {
    const id = randomUUID();
    const claims = await Promise.all(Array.from({ length: 50 }, async () => await claim('a.system', id)));
    expect(claims.filter((won) => won)).toHaveLength(1);
    expect(await claim('a.system', id)).toBe(false);
  });

  it('are the same whether written in upper or lower case', async () => {
    const id = 'abcdefab-cdef-4abc-8abc-abcdefabcdef';
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('a.system', id.toUpperCase())).toBe(false);
  });

  it('of one system leave those of another alone', async () => {
    const id = randomUUID();
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('another.system', id)).toBe(true);
  });

  it('stay used for the whole window, and are good again after it', async () => {
    const id = randomUUID();
    await claim('a.system', id);
    await age('23 hours 59 minutes');
    expect(await claim('a.system', id)).toBe(false);
    await age('2 minutes');
    expect(await claim('a.system', id)).toBe(true);
    expect(await claim('a.system', id)).toBe(false);
  });

  it('past the window go as new ones come, a few at a time', async () => {
    for (let count = 0; count < 20; count += 1) await claim('a.system', randomUUID());
    await age('25 hours');
    await claim('a.system', randomUUID());
    await expectKept(13);
    await claim('a.system', randomUUID());
    await claim('a.system', randomUUID());
    await expectKept(3);
    await expect(expectKept(4)).rejects.toThrow('kept 3');
  });

  it('are refused when they are none, and nothing of what was sent is said', async () => {
    await expect(claim('a.system', '110101199003074258')).rejects.toMatchObject({
      code: 'ledger.unwritable',
      message: 'The exchange could not be recorded',
    });
  });
});

it('that one gateway took, another refuses', async () => {
  const database = await postgresDatabase();
  const other = await openDatabases({
    url: database.url,
    embeddedDir: '',
    maxConnections: 5,
    statementTimeoutMs: 2000,
  });
  const ids = Array.from({ length: 25 }, () => randomUUID());
  const claims = await Promise.all(
    ids.map(
      async (id) =>
        await Promise.all(
          [database.databases, other].map(async ({ exchange }) => await claimIn(exchange, 'a.system', id)),
        ),
    ),
  );
  await other.close();
  await database.close();
  expect(claims.map((won) => won.filter((one) => one).length)).toEqual(ids.map(() => 1));
});

describe.each(OPEN)('blocks in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate identity.block'));
  afterAll(async () => await database.close());

  const kept = () => blocks(database.databases.control);
  const admit = async (over: { readonly tokenId?: string | undefined; readonly requestId?: string } = {}) =>
    await admission(database.databases.exchange).admit({
      ...ARRIVAL,
      requestId: randomUUID(),
      exchange: randomUUID(),
      ...over,
    });

  it.for([
    ['system', ARRIVAL.system],
    ['certificate', ARRIVAL.thumbprint],
    ['token', ARRIVAL.tokenId],
  ] as const)('of a %s count at the very next request, and no more once lifted', async ([kind, value]) => {
    const seen: Admitted[] = [await admit()];
    await kept().add({ kind, value, reason: 'lost' });
    seen.push(await admit());
    await kept().remove({ kind, value });
    seen.push(await admit());
    expect(seen).toEqual(['admitted', 'blocked', 'admitted']);
  });

  it('use up no request id', async () => {
    const requestId = randomUUID();
    await kept().add({ kind: 'system', value: ARRIVAL.system, reason: 'lost' });
    expect(await admit({ requestId })).toBe('blocked');
    await kept().remove({ kind: 'system', value: ARRIVAL.system });
    expect(await admit({ requestId })).toBe('admitted');
  });

  it('of something else, or of the same word in another kind, change nothing', async () => {
    await kept().add({ kind: 'token', value: ARRIVAL.system, reason: 'x' });
    await kept().add({ kind: 'system', value: ARRIVAL.thumbprint, reason: 'x' });
    await kept().add({ kind: 'certificate', value: ARRIVAL.tokenId, reason: 'x' });
    await kept().add({ kind: 'system', value: `${ARRIVAL.system}s`, reason: 'x' });
    expect(await admit()).toBe('admitted');
    expect(await admit({ tokenId: undefined })).toBe('admitted');
  });

  it('are listed with their reasons, oldest first, and added twice stand once with the newer reason', async () => {
    expect(await kept().list()).toEqual([]);
    expect(await kept().add({ kind: 'token', value: 't', reason: 'first' })).toBe(true);
    expect(await kept().add({ kind: 'system', value: 's', reason: 'second' })).toBe(true);
    expect(await kept().add({ kind: 'token', value: 't', reason: 'third' })).toBe(false);
    const blockedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(await kept().list()).toEqual([
      { kind: 'token', value: 't', reason: 'third', blockedAt },
      { kind: 'system', value: 's', reason: 'second', blockedAt },
    ]);
    expect(await kept().remove({ kind: 'token', value: 't' })).toBe(true);
    expect(await kept().remove({ kind: 'token', value: 't' })).toBe(false);
  });

  it('are written by the control role and read by the exchange role, which can do nothing else', async () => {
    const { exchange, control } = database.databases;
    const refused = { code: '42501' };
    expect(await exchange.query('select * from identity.block')).toEqual([]);
    await expect(blocks(exchange).add({ kind: 'token', value: 't', reason: 'x' })).rejects.toMatchObject(refused);
    await expect(blocks(exchange).remove({ kind: 'token', value: 't' })).rejects.toMatchObject(refused);
    for (const role of [exchange, control]) {
      await expect(role.query(`insert into identity.block values ('token', 't', 'x')`)).rejects.toMatchObject(refused);
      await expect(role.query('delete from identity.block')).rejects.toMatchObject(refused);
    }
    const id = '00000000-0000-7000-8000-000000000000';
    await expect(
      control.query(`select identity.admit('s', 't', null, '${id}', '${id}', '1 day', '1 day')`),
    ).rejects.toMatchObject(refused);
    const claim = `select exchange.claim_request_id('s', '${id}', '${id}', '1 day')`;
    await expect(exchange.query(claim)).rejects.toMatchObject(refused);
  });

  it('have a kind that is known, a value and a reason', async () => {
    const broken = { code: '23514' };
    await expect(kept().add({ kind: 'person' as never, value: 'x', reason: 'x' })).rejects.toMatchObject(broken);
    await expect(kept().add({ kind: 'token', value: '', reason: 'x' })).rejects.toMatchObject(broken);
    await expect(kept().add({ kind: 'token', value: 'x', reason: '' })).rejects.toMatchObject(broken);
  });
});
