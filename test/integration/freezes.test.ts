import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Admitted } from '../../src/domain/admission.ts';
import { EVERYTHING, type Freezable } from '../../src/domain/freeze.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { commitment, digest } from '../../src/keys/commitment.ts';
import { admission } from '../../src/store/admission.ts';
import { freezer } from '../../src/store/freezes.ts';
import { frozenThings } from '../../src/store/frozen-things.ts';
import { ledgerReader } from '../../src/store/ledger.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { expectEntriesToFit } from '../support/entry-fits.ts';
import { ACTS, freeze, freezesOf, lift } from '../support/freezes.ts';

const ARRIVAL = { department: 'a', system: 'a.system', thumbprint: 'A'.repeat(43), tokenId: 'token-1' };
const SYSTEM = { kind: 'system', value: ARRIVAL.system } as const;
const FROM_ARRIVAL: readonly Freezable[] = [
  EVERYTHING,
  { kind: 'department', value: ARRIVAL.department },
  SYSTEM,
  { kind: 'certificate', value: ARRIVAL.thumbprint },
  { kind: 'token', value: ARRIVAL.tokenId },
];
const NEEDED = [...FROM_ARRIVAL, { kind: 'contract', value: 'a.b.v1' }, { kind: 'grant', value: 'g' }] as const;

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
] as const)('freezes in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => await database.tamper('truncate identity.freeze'));
  afterAll(async () => await database.close());

  const kept = () => freezesOf(database.databases.control);
  const admit = async (over: { readonly tokenId?: string | undefined; readonly requestId?: string } = {}) =>
    await admission(database.databases.exchange).admit({
      ...ARRIVAL,
      requestId: randomUUID(),
      exchange: randomUUID(),
      ...over,
    });
  /** The newest entries, oldest first. */
  const entered = async (count: number): Promise<readonly JsonObject[]> => {
    const reader = ledgerReader(database.databases.control);
    const { size } = await reader.head();
    const entries: JsonObject[] = [];
    for await (const { entry } of reader.rows(size, size - count)) entries.push(JSON.parse(entry) as JsonObject);
    expectEntriesToFit(entries);
    return entries;
  };

  it.for(FROM_ARRIVAL)('of $kind count at the very next request, and no more once lifted', async (thing) => {
    const seen: Admitted[] = [await admit()];
    await freeze(database, thing);
    seen.push(await admit());
    await lift(database, thing);
    seen.push(await admit());
    expect(seen).toEqual(['admitted', { state: 'frozen', kind: thing.kind }, 'admitted']);
  });

  it('keep a system from tokens and receipts', async () => {
    const { department, system, thumbprint } = ARRIVAL;
    const asked = async () => await admission(database.databases.exchange).frozenAs({ department, system, thumbprint });
    expect(await asked()).toBeUndefined();
    await freeze(database, SYSTEM);
    expect(await asked()).toBe('system');
    await freeze(database, EVERYTHING);
    expect(await asked()).toBe('everything');
  });

  it.for(NEEDED)('of $kind are found among what an exchange needs, and nothing else is', async (thing) => {
    // A new one each time: it remembers for half a second.
    const find = async () => await frozenThings(database.databases.exchange).find(NEEDED);
    await freeze(database, { kind: 'system', value: `${ARRIVAL.system}s` });
    expect(await find()).toBeUndefined();
    await freeze(database, thing);
    expect(await find()).toEqual(thing);
  });

  it('use up no request id', async () => {
    const requestId = randomUUID();
    await freeze(database, SYSTEM);
    expect(await admit({ requestId })).toMatchObject({ state: 'frozen' });
    await lift(database, SYSTEM);
    expect(await admit({ requestId })).toBe('admitted');
  });

  it('of something else, or of the same word in another kind, change nothing', async () => {
    for (const thing of [
      { kind: 'token', value: ARRIVAL.system },
      { kind: 'system', value: ARRIVAL.thumbprint },
      { kind: 'certificate', value: ARRIVAL.tokenId },
      { kind: 'department', value: ARRIVAL.system },
      { kind: 'contract', value: ARRIVAL.system },
      { kind: 'system', value: `${ARRIVAL.system}s` },
    ] as const)
      await freeze(database, thing);
    expect(await admit()).toBe('admitted');
    expect(await admit({ tokenId: undefined })).toBe('admitted');
  });

  it('are listed oldest first, and ordered twice stand once, with the newer reason and both officers', async () => {
    expect(await kept().list()).toEqual([]);
    const thing = { kind: 'token', value: 't' } as const;
    expect(await kept().add({ ...thing, officer: 'a', reason: 'first' })).toBe('frozen');
    expect(await kept().add({ ...SYSTEM, officer: 'a', reason: 'second' })).toBe('frozen');
    expect(await kept().add({ ...thing, officer: 'b', reason: 'third' })).toBe('frozen-already');
    expect(await kept().add({ ...thing, officer: 'a', reason: 'third' })).toBe('frozen-already');
    const frozenAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
    expect(await kept().list()).toEqual([
      { ...thing, reason: 'third', officers: ['a', 'b'], frozenAt },
      { ...SYSTEM, reason: 'second', officers: ['a'], frozenAt },
    ]);
  });

  it('are lifted by an officer who did not order them, and by no other; each attempt is an entry', async () => {
    const order = { ...SYSTEM, reason: 'found again' };
    expect(await kept().lift({ ...order, officer: 'b' })).toBe('not-frozen');
    await kept().add({ ...SYSTEM, officer: 'a', reason: 'lost' });
    await kept().add({ ...SYSTEM, officer: 'b', reason: 'lost' });
    expect(await kept().lift({ ...order, officer: 'a' })).toBe('same-officer');
    expect(await kept().lift({ ...order, officer: 'B' })).toBe('same-officer');
    expect(await admit()).toMatchObject({ state: 'frozen' });
    expect(await kept().lift({ ...order, officer: 'c' })).toBe('lifted');
    const what = { what: 'system', which: ARRIVAL.system };
    expect(
      (await entered(6)).map(({ v: _v, id: _id, decidedAt: _at, officer: _who, reason: _why, ...rest }) => rest),
    ).toEqual([
      { kind: 'lift', ...what, refused: 'not-frozen' },
      { kind: 'freeze', ...what },
      { kind: 'freeze', ...what },
      { kind: 'lift', ...what, refused: 'same-officer' },
      { kind: 'lift', ...what, refused: 'same-officer' },
      { kind: 'lift', ...what },
    ]);
  });

  it('are entered by digests of who and why, of which the salts are kept beside, and name a token by its digest', async () => {
    await freeze(database, { kind: 'token', value: 'secret-jti' }, 'ticket 4711');
    await freeze(database, EVERYTHING);
    const [token, everything] = await entered(2);
    expect(JSON.stringify([token, everything])).not.toMatch(/officer-a|4711|secret-jti/);
    expect(token).toMatchObject({ what: 'token', which: digest('secret-jti') });
    expect(everything).not.toHaveProperty('which');
    const [row] = await database.databases.control.query<{ words: Record<string, { text: string; salt: string }> }>(
      'select words from identity.act_words where id = $1',
      [token?.['id']],
    );
    for (const [name, text] of [
      ['officer', 'officer-a'],
      ['reason', 'ticket 4711'],
    ] as const) {
      expect(row?.words[name]?.text).toBe(text);
      expect(token?.[name]).toBe(commitment(Buffer.from(row?.words[name]?.salt ?? '', 'base64url'), text));
    }
  });

  it('do not come about, and are not lifted, where that cannot be entered', async () => {
    await freeze(database, SYSTEM);
    await database.tamper('alter table identity.act_words add constraint full_disk check (false) not valid');
    await expect(freeze(database, EVERYTHING)).rejects.toThrow();
    await expect(lift(database, SYSTEM)).rejects.toThrow();
    await database.tamper('alter table identity.act_words drop constraint full_disk');
    expect((await kept().list()).map(({ kind }) => kind)).toEqual(['system']);
  });

  it('come from the gateway too, which marks them, and can lift nothing and see no reason', async () => {
    const { exchange, control } = database.databases;
    const refused = { code: '42501' };
    const order = { ...SYSTEM, officer: 'gateway', reason: 'enumeration' };
    expect(await freezer(exchange, ACTS).add(order)).toBe('frozen');
    expect((await entered(1))[0]).toMatchObject({ kind: 'freeze', automatic: true });
    await expect(freezesOf(exchange).lift({ ...order, officer: 'b' })).rejects.toMatchObject(refused);
    await expect(freezesOf(control).lift(order)).rejects.toMatchObject({ code: '23514' });
    await expect(exchange.query('select reason from identity.freeze')).rejects.toMatchObject(refused);
    await expect(exchange.query('select * from identity.act_words')).rejects.toMatchObject(refused);
    for (const role of [exchange, control]) {
      await expect(role.query(`insert into identity.freeze values ('token', 't', 'x', '{a}')`)).rejects.toMatchObject(
        refused,
      );
      await expect(role.query('delete from identity.freeze')).rejects.toMatchObject(refused);
      await expect(role.query(`select identity.enter_act('{}')`)).rejects.toMatchObject(refused);
    }
    const id = '00000000-0000-7000-8000-000000000000';
    await expect(
      control.query(`select identity.admit('d', 's', 't', null, '${id}', '${id}', '1 day', '1 day')`),
    ).rejects.toMatchObject(refused);
    const claim = `select exchange.claim_request_id('s', '${id}', '${id}', '1 day')`;
    await expect(exchange.query(claim)).rejects.toMatchObject(refused);
  });

  it('have a kind that is known, a value, an officer and a reason', async () => {
    const broken = { code: '23514' };
    const order = { kind: 'token', value: 'x', officer: 'a', reason: 'x' } as const;
    for (const over of [
      { kind: 'person' as never },
      { value: '' },
      { reason: '' },
      { officer: '' },
      { value: '*', kind: 'grant' } as const,
    ])
      await expect(kept().add({ ...order, ...over })).rejects.toMatchObject(broken);
    await expect(kept().lift({ ...order, reason: '' })).rejects.toMatchObject(broken);
  });
});
