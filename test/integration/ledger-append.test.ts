import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { Problem } from '../../src/domain/problem.ts';
import type { Database } from '../../src/store/database.ts';
import { ledgerReader, ledgerWriter } from '../../src/store/ledger.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { chainHash, GENESIS_CHAIN, leafHash } from '../support/hex-hashes.ts';
import { entryNumber, numberOf, readRows, verifyDatabase } from '../support/ledger.ts';

describe.each([
  ['PostgreSQL', postgresDatabase],
  ['the embedded database', embeddedDatabase],
])('the ledger in %s', (_name, open) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(async () => await database.close());

  const writer = () => ledgerWriter(database.databases.exchange);
  const head = async () => await ledgerReader(database.databases.control).head();

  it('begins with no entries and 32 zero bytes', async () => {
    expect(await head()).toEqual({ size: 0, chain: GENESIS_CHAIN });
    expect(await readRows(database.databases)).toEqual([]);
  });

  it('gives a receipt with the place and the leaf of the entry, and keeps the text that was hashed', async () => {
    const { size } = await head();
    const entry = entryNumber(1, { provider: 'public-security' });
    const receipt = await writer().append(entry);
    const text = canonicalJson(entry);
    expect(receipt).toEqual({ index: size, leaf: leafHash(text) });
    expect((await readRows(database.databases)).at(-1)).toMatchObject({
      index: size,
      entry: text,
      leaf: receipt.leaf,
      columns: {
        exchange: entry.exchange,
        outcome: 'refused',
        consumer: 'hotline.agent-desk',
        contract: 'public-security.resident-identity.v1',
      },
    });
  });

  it('keeps the order in which entries were handed over, in one batch and across many', async () => {
    const { size } = await head();
    const { append } = writer();
    const receipts = await Promise.all(
      Array.from({ length: 600 }, async (_, number) => await append(entryNumber(number))),
    );
    expect(receipts.map(({ index }) => index)).toEqual(Array.from({ length: 600 }, (_, number) => size + number));
    const rows = (await readRows(database.databases)).slice(size);
    expect(rows.map(({ columns }) => numberOf(columns.exchange))).toEqual(
      Array.from({ length: 600 }, (_, number) => number),
    );
  });

  it('reads up to the size asked for and no further, over several pages', async () => {
    const { append } = writer();
    await Promise.all(Array.from({ length: 1500 }, async (_, number) => await append(entryNumber(number))));
    const read: number[] = [];
    for await (const { index } of ledgerReader(database.databases.control).rows(1234)) read.push(index);
    expect(read).toEqual(Array.from({ length: 1234 }, (_, index) => index));
  });

  it('chains in SQL exactly as it can be redone by hand', async () => {
    let chain = GENESIS_CHAIN;
    const rows = await readRows(database.databases);
    expect(rows.length).toBeGreaterThan(600);
    for (const row of rows) {
      chain = chainHash(chain, leafHash(row.entry));
      expect(row).toMatchObject({ leaf: leafHash(row.entry), chain });
    }
    expect(await head()).toEqual({ size: rows.length, chain });
  });

  it('keeps quotes, backslashes, control characters and every script byte for byte', async () => {
    const { append } = writer();
    const note = fc
      .string({ unit: fc.oneof(awkward(), fc.constantFrom('"', '\\', "'", '$', '\\u0000', '\\x00', '张')) })
      .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
    await fc.assert(
      fc.asyncProperty(fc.array(object(note, value(note)), { minLength: 1, maxLength: 8 }), async (extras) => {
        const { size } = await head();
        const entries = extras.map((extra, number) => entryNumber(number, { extra }));
        await Promise.all(entries.map(async (entry) => await append(entry)));
        const rows = (await readRows(database.databases)).slice(size);
        expect(rows.map(({ entry }) => entry)).toEqual(entries.map(canonicalJson));
      }),
      { numRuns: 30 },
    );
    expect(await verifyDatabase(database.databases)).toMatchObject({ verdict: 'consistent' });
  });

  it.each([
    ['is longer than 64 KiB', entryNumber(1, { note: 'x'.repeat(65_536) })],
    ['holds the character that PostgreSQL cannot keep', entryNumber(1, { note: 'a\u0000b' })],
    ['holds it after a backslash', entryNumber(1, { note: '\\\u0000' })],
    ['has it in a key', entryNumber(1, { note: { '\u0000': 1 } })],
    ['holds half a character', entryNumber(1, { note: '\ud800' })],
    ['the verifier would call tampered for a key', entryNumber(1, JSON.parse('{"x":{"__proto__":1}}') as JsonObject)],
    ['the verifier would call tampered for a number', entryNumber(1, { note: 0.1 + 0.2 })],
  ])('refuses an entry alone that %s, and none of those that wait beside it', async (_what, unwritable) => {
    const { size } = await head();
    const { append } = writer();
    const settled = await Promise.allSettled([
      append(entryNumber(0)),
      append(entryNumber(1)),
      append(unwritable),
      append(entryNumber(2)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await head()).size).toBe(size + 3);
  });

  it('takes the longest entry that is allowed', async () => {
    const empty = canonicalJson(entryNumber(1, { note: '' })).length;
    const longest = entryNumber(1, { note: 'x'.repeat(65_535 - empty) });
    await writer().append(longest);
    expect((await readRows(database.databases)).at(-1)?.entry).toHaveLength(65_535);
    await expect(writer().append(entryNumber(1, { note: 'x'.repeat(65_536 - empty) }))).rejects.toThrow(RangeError);
    // Counted in bytes, not in characters.
    const wide = writer().append(entryNumber(1, { note: '张'.repeat(30_000) }));
    await expect(wide).rejects.toThrow(RangeError);
  });
});

it('says that the ledger is unwritable, and nothing of what the database said, when an entry is not taken', async () => {
  const broken: Database = {
    query: async () => await Promise.reject(new Error('Failing row contains (110101199003074258)')),
    script: async () => {},
    durable: true,
    description: 'broken',
    close: async () => {},
  };
  const refusal: unknown = await ledgerWriter(broken)
    .append(entryNumber(1))
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ code: 'ledger.unwritable', message: 'The exchange could not be recorded' });
});

/** Any character there is but the one that PostgreSQL has no place for. */
function awkward(): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((character) => character !== '\u0000');
}

/** `fc.dictionary` makes keys of its own beside those it is given. */
function object(key: fc.Arbitrary<string>, member: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(key, member), { maxLength: 4 }).map((members) => Object.fromEntries(members));
}

function value(text: fc.Arbitrary<string>): fc.Arbitrary<JsonValue> {
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      object(text, tie('value')),
    ),
  })).value;
}
