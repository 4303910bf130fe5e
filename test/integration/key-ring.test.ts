import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { joinRing } from '../../src/keys/join-ring.ts';
import { heldKeys, heldKeysWriter } from '../../src/store/held-keys.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { testCustody, testKeyRing } from '../support/key-ring.ts';

const HOUR = 3_600_000;

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('the key ring in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await testKeyRing(database.databases);
  });
  afterAll(async () => await database.close());

  const writer = () => heldKeysWriter(database.databases.control);

  it('has what was put in once, however often it is put in', async () => {
    const before = await writer().all();
    await testKeyRing(database.databases);
    expect(await writer().all()).toEqual(before);
    expect(before.map(({ use }) => use).sort()).toEqual(['answer', 'ledger', 'token', 'treatment']);
  });

  it('is rotated in a running gateway within a second, and the key before stays published', async () => {
    const ring = await testKeyRing(database.databases);
    const { kid: old } = await ring.signer('answer');
    const made = await testCustody().generate('answer');
    const from = Date.now();
    expect(await joinRing(writer(), made, { from, until: from + HOUR })).toEqual([old]);
    await expect.poll(async () => (await ring.signer('answer')).kid, { timeout: 1000, interval: 50 }).toBe(made.kid);
    expect((await ring.published('answer')).map(({ kid }) => kid).sort()).toEqual([old, made.kid].sort());
  });

  it('always has a key that signs, however many rotate it at the same time', async () => {
    const custody = testCustody();
    const made = await Promise.all(Array.from({ length: 8 }, async () => await custody.generate('answer')));
    const from = Date.now();
    const ring = writer();
    const all = await ring.all();
    const joined = await Promise.all(
      made.map(async (key) => await joinRing({ ...ring, all: async () => all }, key, { from, until: from + HOUR })),
    );
    expect(joined.filter((retired) => retired !== undefined)).toHaveLength(1);
    const unretired = (await ring.all()).filter((key) => key.use === 'answer' && key.retiredAt === undefined);
    expect(unretired).toHaveLength(1);
  });

  it('has one treatment secret for each first epoch', async () => {
    const times = { from: Date.now(), until: Date.now() + HOUR };
    const custody = testCustody();
    expect(await joinRing(writer(), await custody.generate('treatment'), { ...times, fromEpoch: 2 })).toEqual([]);
    expect(await joinRing(writer(), await custody.generate('treatment'), { ...times, fromEpoch: 2 })).toBeUndefined();
    const treatments = (await writer().all()).filter(({ use }) => use === 'treatment');
    expect(treatments.map(({ fromEpoch, retiredAt }) => [fromEpoch, retiredAt])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('is read by the exchange and changed by the control plane only, and by its functions only', async () => {
    const { exchange, control } = database.databases;
    const made = await testCustody().generate('ledger');
    const adding = joinRing(heldKeysWriter(exchange), made, { from: Date.now(), until: Date.now() + HOUR });
    await expect(adding).rejects.toThrow(/permission denied/);
    for (const role of [exchange, control])
      await expect(role.query('delete from identity.gateway_key')).rejects.toThrow(/permission denied/);
    expect((await heldKeys(exchange).all()).length).toBeGreaterThan(3);
  });

  it('has nothing private in the clear', async () => {
    const stored = JSON.stringify(
      (await writer().all()).map((key) => ({
        ...key,
        sealed: Buffer.from(key.sealed).toString('hex'),
        dataKey: Buffer.from(key.dataKey).toString('hex'),
      })),
    );
    const file = (name: string): string => readFileSync(join(inject('certsDir'), name), 'utf8');
    const { d = '' } = JSON.parse(file('gateway.signing.jwk.json')) as { readonly d?: string };
    const secrets = [d, Buffer.from(d, 'base64url').toString('hex'), file('treatment.key'), file('ledger.key')];
    for (const secret of [...secrets, file('key-encryption.key')]) {
      expect(secret.length).toBeGreaterThan(40);
      expect(stored).not.toContain(secret);
    }
  });
});
