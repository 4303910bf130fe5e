import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerHead } from '../../src/domain/ledger-entry.ts';
import { ledgerReader } from '../../src/store/ledger.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, verifyDatabase } from '../support/ledger.ts';
import { leafOf, RECHAIN, UNSEEN } from '../support/rechain.ts';

const FORGED = `replace(entry, '"refused"', '"released"')`;
describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('a ledger in %s, edited by somebody who may switch its triggers off', (_name, open) => {
  let database: TestDatabase;
  let head: LedgerHead;
  const edit = async (...statements: readonly string[]): Promise<void> =>
    await database.tamper([UNSEEN, ...statements].join(';'));
  const verify = async (pinned?: LedgerHead) => await verifyDatabase(database.databases, pinned);

  beforeAll(async () => {
    database = await open();
    await appendEntries(database.databases, 10);
    head = await ledgerReader(database.databases.control).head();
    await edit(
      'create schema kept',
      'create table kept.entry as table ledger.entry',
      'create table kept.head as table ledger.head',
    );
  });
  afterEach(async () => {
    await edit(
      'delete from ledger.entry',
      'insert into ledger.entry select * from kept.entry',
      'update ledger.head set (size, chain, frontier, root) = (select size, chain, frontier, root from kept.head)',
    );
    expect(await verify(head)).toMatchObject({ verdict: 'verified', ...head });
  });
  afterAll(async () => await database.close());

  it.each([
    ['an entry', `update ledger.entry set entry = ${FORGED} where index = 3`, 3, /does not hash to its leaf/],
    [
      'an entry and its leaf',
      `update ledger.entry set entry = ${FORGED}, leaf = ${leafOf(FORGED)} where index = 3`,
      3,
      /do not link to the entry before/,
    ],
    ['a link', `update ledger.entry set chain = leaf where index = 4`, 4, /do not link to the entry before/],
    [
      'the places of two entries',
      `update ledger.entry set index = 99 where index = 5; update ledger.entry set index = 5 where index = 6;
       update ledger.entry set index = 6 where index = 99`,
      5,
      /do not link to the entry before/,
    ],
    ['a search column', `update ledger.entry set consumer = 'x' where index = 2`, 2, /search column consumer/],
  ])('is tampered with when it has changed %s', async (_what, statement, index, reason) => {
    await edit(statement);
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { index, reason: expect.stringMatching(reason) },
    });
  });

  it('is tampered with when an entry is not canonical JSON, although every hash fits', async () => {
    await edit(`update ledger.entry set entry = entry || ' ' where index = 3`, RECHAIN);
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { index: 3, reason: 'the entry is not canonical JSON' },
    });
  });

  it('shows a gap where an entry was taken out', async () => {
    await edit('delete from ledger.entry where index = 6');
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { index: 6, reason: 'entry 6 is missing; the next there is 7' },
    });
  });

  it('is given away by its head when the last entries were taken out', async () => {
    await edit('delete from ledger.entry where index >= 8');
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { index: 8, reason: 'the head counts 10 entries, but 8 are there' },
    });
  });

  it('is given away by its head when an entry was put behind the last', async () => {
    const chained = `sha256(chain || leaf)`;
    const columns = 'exchange, outcome, consumer, contract';
    await edit(`insert into ledger.entry (index, entry, leaf, chain, ${columns})
      select 10, entry, leaf, ${chained}, ${columns} from ledger.entry where index = 9`);
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { index: 11, reason: 'the head counts 10 entries, but 11 are there' },
    });
  });

  it('is tampered with when its head names another chain', async () => {
    await edit(`update ledger.head set chain = sha256(chain)`);
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'the head does not end the chain' },
    });
  });

  it('is tampered with when its head has another root', async () => {
    await edit(`update ledger.head set root = sha256(root)`);
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'the head has another root than the entries' },
    });
  });

  it('holds together when the end and the head are gone, and is caught by a head noted elsewhere', async () => {
    await edit('delete from ledger.entry where index >= 8', RECHAIN);
    expect(await verify()).toMatchObject({ verdict: 'consistent', size: 8 });
    expect(await verify(head)).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'entries are gone: 10 were there when the head was pinned' },
    });
  });

  it('holds together when everything was computed again, and is caught by a head noted elsewhere', async () => {
    await edit(`update ledger.entry set outcome = 'released', entry = ${FORGED} where index = 3`, RECHAIN);
    expect(await verify()).toMatchObject({ verdict: 'consistent', size: 10 });
    expect(await verify(head)).toMatchObject({
      verdict: 'tampered',
      breach: { reason: 'an entry before the pinned head was changed' },
    });
  });

  it('proves nothing once it is empty, and is caught by a head noted elsewhere', async () => {
    await edit('truncate ledger.entry', RECHAIN);
    expect(await verify()).toMatchObject({ verdict: 'incomplete', missing: 'any entry' });
    expect(await verify(head)).toMatchObject({ verdict: 'tampered', breach: { index: 0 } });
  });
});
