import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerHead } from '../../src/domain/ledger-entry.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { ledgerReader } from '../../src/store/ledger.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries } from '../support/ledger.ts';
import { freePort } from '../support/postgres-server.ts';
import type { Ended } from '../support/process.ts';
import { shuqiao } from '../support/shuqiao.ts';

let database: TestDatabase;
let head: LedgerHead;
let lines: readonly string[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-verify-'));
  database = await postgresDatabase();
  await appendEntries(database.databases, 10);
  const ledger = ledgerReader(database.databases.control);
  head = await ledger.head();
  const written: string[] = [];
  for await (const line of exportLines(ledger)) written.push(line);
  lines = written;
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const pin = ({ size, chain }: LedgerHead): string => `${size}:${chain}`;
const verifyDatabase = async (...args: readonly string[]): Promise<Ended> =>
  await shuqiao(['ledger', 'verify', ...args], { environment: { DATABASE_URL: database.url ?? '' } });
const verifyLines = async (input: string, ...args: readonly string[]): Promise<Ended> =>
  await shuqiao(['ledger', 'verify', '-', ...args], { input });
/** Does it with the triggers off, verifies, and puts everything back. */
async function tampered(sql: string, verify: () => Promise<void>): Promise<void> {
  const unseen = 'set local session_replication_role = replica';
  await database.tamper(`create schema kept; create table kept.entry as table ledger.entry`);
  await database.tamper(`${unseen}; ${sql}`);
  await verify();
  await database.tamper(`${unseen}; delete from ledger.entry; insert into ledger.entry select * from kept.entry;
    update ledger.head set size = ${head.size}, chain = '\\x${head.chain}'; drop schema kept cascade`);
}

describe('shuqiao ledger verify', () => {
  it('verifies the ledger of DATABASE_URL, shows its head and says what that does not prove', async () => {
    const { status, out, err } = await verifyDatabase();
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain(`VERIFIED: 10 entries, head ${pin(head)}\n`);
    expect(out).toContain('Nothing outside the database was compared');
  });

  it('says that it continues a head that was noted before', async () => {
    const { status, out } = await verifyDatabase('--pinned', pin(head));
    expect(status).toBe(0);
    expect(out).toContain(`It continues the pinned head ${pin(head)}.`);
    expect(out).not.toContain('Nothing outside');
  });

  it('prints one object of JSON when asked to', async () => {
    const { status, out, err } = await verifyDatabase('--json');
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({ verdict: 'verified', ...head });
  });

  it('verifies an export, from a file and from standard input', async () => {
    const file = join(folder, 'ledger.jsonl');
    writeFileSync(file, lines.join(''));
    const runs = [await shuqiao(['ledger', 'verify', file]), await verifyLines(lines.join(''), '--pinned', pin(head))];
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect(runs[0]?.out).toContain(`VERIFIED: 10 entries, head ${pin(head)}`);
    expect(runs[1]?.out).toContain('It continues the pinned head');
  });

  it('ends with 1 and names the entry that was edited behind its back', async () => {
    await tampered(
      `update ledger.entry set entry = replace(entry, 'refused', 'released') where index = 7`,
      async () => {
        const { status, out } = await verifyDatabase();
        expect([status, out]).toEqual([
          1,
          'TAMPERED at index 7: the entry was changed: it does not hash to its leaf.\n',
        ]);
        const json = await verifyDatabase('--json');
        expect(json.status).toBe(1);
        expect(JSON.parse(json.out)).toMatchObject({ verdict: 'tampered', breach: { index: 7 } });
      },
    );
  });

  it('ends with 1 when the last entries are gone, by the head, or by the pinned head if that was made to fit', async () => {
    await tampered('delete from ledger.entry where index >= 8', async () => {
      const short = await verifyDatabase();
      expect(short.status).toBe(1);
      expect(short.out).toBe('TAMPERED at index 8: the head counts 10 entries, but 8 are there.\n');

      await database.tamper(
        `set local session_replication_role = replica;
         update ledger.head set size = 8, chain = (select chain from ledger.entry where index = 7)`,
      );
      expect((await verifyDatabase()).status).toBe(0);
      const pinned = await verifyDatabase('--pinned', pin(head));
      expect(pinned.status).toBe(1);
      expect(pinned.out).toBe('TAMPERED at index 8: entries are gone: 10 were there when the head was pinned.\n');
    });
  });

  it('ends with 1 when an export was edited', async () => {
    const edited = lines.map((line, number) => (number === 5 ? line.replace('refused', 'released') : line));
    const { status, out } = await verifyLines(edited.join(''));
    expect([status, out]).toEqual([1, 'TAMPERED at index 4: the entry was changed: it does not hash to its leaf.\n']);
  });

  it('ends with 1 when a pinned head is another', async () => {
    const { status, out } = await verifyLines(lines.join(''), '--pinned', `10:${'0'.repeat(64)}`);
    expect(status).toBe(1);
    expect(out).toContain('an entry before the pinned head was changed');
  });

  it('ends with 2 when there is no entry to verify', async () => {
    const empty = await postgresDatabase();
    const { status, out } = await shuqiao(['ledger', 'verify'], { environment: { DATABASE_URL: empty.url ?? '' } });
    await empty.close();
    expect([status, out]).toEqual([2, 'INCOMPLETE: any entry is missing; 0 entries were read and hold together.\n']);
  });

  it.each([
    ['without its closing line', () => lines.slice(0, -1).join(''), /^INCOMPLETE: the closing line of the export/],
    ['cut off within a line', () => lines.join('').slice(0, -40), /^INCOMPLETE: a readable export \(line 12: /],
    ['without its opening line', () => lines.slice(1).join(''), /line 1: this is not an export of a ledger/],
    ['of another version', () => lines.join('').replace('"version":1', '"version":2'), /this is not an export/],
    ['with something after its end', () => `${lines.join('')}${lines[1] ?? ''}`, /something after the closing line/],
    ['that is empty', () => '', /the file is empty/],
    ['that is no export but JSON', () => '{"a":1}\n', /this is not an export of a ledger/],
    ['that is no JSON', () => '\u0000PNG\r\n', /this is not an object of JSON/],
  ])('ends with 2 at an export %s', async (_what, text, reason) => {
    const { status, out, err } = await verifyLines(text());
    expect([status, err]).toEqual([2, '']);
    expect(out).toMatch(reason);
    expect(out).toMatch(/^INCOMPLETE/);
  });

  it('ends with 2, in a word and without a stack or a password, when the database does not answer', async () => {
    const nowhere = `postgres://keeper:not-a-real-password@127.0.0.1:${await freePort()}/ledger`;
    const { status, out, err } = await shuqiao(['ledger', 'verify'], { environment: { DATABASE_URL: nowhere } });
    expect([status, out, err]).toEqual([2, '', 'The ledger cannot be read (Error ECONNREFUSED).\n']);
  });

  it('ends with 2 at a file that is not there', async () => {
    const { status, err } = await shuqiao(['ledger', 'verify', join(folder, 'nothing')]);
    expect(status).toBe(2);
    expect(err).toMatch(/^ENOENT: no such file or directory.*\n$/);
  });

  it('takes an empty DATABASE_URL for none, not for whatever PostgreSQL there is', async () => {
    const { status, err } = await shuqiao(['database', 'migrate'], { environment: { DATABASE_URL: '' } });
    expect([status, err]).toEqual([1, 'DATABASE_URL is not set. The embedded database is migrated by `npm start`.\n']);
  });

  it.each([
    [['--pinned', '10']],
    [['--pinned', `10:${'g'.repeat(64)}`]],
    [['--pinned']],
    [['--pined', '10']],
    [['one', 'two']],
  ])('shows its usage and ends with 2 when called with %j', async (args) => {
    const { status, out, err } = await shuqiao(['ledger', 'verify', ...args]);
    expect([status, out, err]).toEqual([
      2,
      '',
      'usage: shuqiao ledger verify [EXPORT|-] [--pinned SIZE:CHAIN] [--json]\n',
    ]);
  });
});
