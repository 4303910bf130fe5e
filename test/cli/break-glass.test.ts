import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { ledgerReader } from '../../src/store/ledger.ts';
import { set } from '../contracts/broken-copy.ts';
import { embeddedDatabase, postgresDatabase, type TestDatabase } from '../support/database.ts';
import { expectEntriesToFit } from '../support/entry-fits.ts';
import { shuqiao } from '../support/shuqiao.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'shuqiao-break-glass-'));
const FOLDERS = ['--contracts', join(ROOT, 'contracts'), '--policies', join(ROOT, 'policies')];
const APPROVED = ['--approver', 'Approver A', '--approver', 'Approver B'];
const BY_C = ['--officer', 'Officer C', '--reason', 'flood, ticket 4711'];

function draft(over: object = {}): string {
  const file = join(ROOT, 'draft.json');
  writeFileSync(
    file,
    JSON.stringify({
      id: 'draft',
      consumer: { department: 'hotline', systems: ['hotline.agent-desk'] },
      contract: 'public-security.resident-identity.v1',
      purpose: 'open-a-shop',
      parameters: ['residentId', 'name'],
      fields: [{ path: '/status', treatment: 'keep', justification: 'To know who is still looked for.' }],
      validFrom: '2020-01-01T00:00:00+08:00',
      validUntil: '2020-01-02T00:00:00+08:00',
      ...over,
    }),
  );
  return file;
}

it('is kept in the embedded database, too', async () => {
  const embedded = await embeddedDatabase();
  const [row] = await embedded.databases.control.query<{ count: number }>(
    'select count(*)::integer as count from identity.break_glass',
  );
  await embedded.close();
  expect(row?.count).toBe(0);
});

describe('shuqiao break-glass', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    for (const folder of ['contracts', 'policies']) cpSync(folder, join(ROOT, folder), { recursive: true });
    set('policies/purposes.json', '/purposes/0/breakGlassHours', 4)(ROOT);
    database = await postgresDatabase();
  });
  afterAll(async () => {
    await database.close();
    rmSync(ROOT, { recursive: true, force: true });
  });

  const run = async (...args: readonly string[]) =>
    await shuqiao(['break-glass', ...args], { environment: { DATABASE_URL: database.url ?? '' } });
  const open = async (file: string, duration = '2h', people: readonly string[] = APPROVED) =>
    await run('open', '--grant-file', file, '--for', duration, ...people, ...BY_C, ...FOLDERS);
  const entries = async (): Promise<readonly JsonObject[]> => {
    const reader = ledgerReader(database.databases.control);
    const all: JsonObject[] = [];
    for await (const { entry } of reader.rows((await reader.head()).size)) all.push(JSON.parse(entry) as JsonObject);
    expectEntriesToFit(all);
    return all;
  };

  it('opens for hours, lists, closes, and keeps what was for the review; each is an entry', async () => {
    const { status, out, err } = await open(draft());
    expect([status, err]).toEqual([0, '']);
    const [, id = ''] = /^([0-9a-f-]{36}) is open until 20\S+Z, as entry 0 says\.\n$/.exec(out) ?? [];
    expect((await run('list')).out).toContain(
      'by Officer C, approved by Approver A and Approver B: flood, ticket 4711',
    );
    expect(await open(draft())).toMatchObject({
      status: 1,
      err: expect.stringContaining('covers the same need') as string,
    });
    expect((await run('close', id, '--officer', 'D', '--reason', 'over')).out).toBe(`${id} is closed.\n`);
    expect((await run('close', id, '--officer', 'D', '--reason', 'over')).status).toBe(1);
    expect((await run('list')).out).toBe('Nothing is open.\n');
    expect(JSON.parse((await run('list', '--ended', '--json')).out)).toMatchObject([{ id, uses: [] }]);
    expect((await entries()).map(({ act, refused }) => [act, refused])).toEqual([
      ['open', undefined],
      ['refuse', 'draft'],
      ['close', undefined],
    ]);
  });

  it.each<[string, string, object, string, readonly string[]]>([
    ['people', 'somebody who approves his own', {}, '2h', ['--approver', 'Approver A', '--approver', 'officer Ｃ']],
    ['people', 'one who approves twice', {}, '2h', ['--approver', 'A', '--approver', 'a']],
    ['purpose', 'longer than the purpose allows', {}, '5h', APPROVED],
    ['purpose', 'a purpose that is none for emergencies', { purpose: 'survivor-benefit' }, '1h', APPROVED],
    [
      'draft',
      'more than floor and ceilings allow',
      { fields: [{ path: '/residentId', treatment: 'keep', justification: 'x' }] },
      '1h',
      APPROVED,
    ],
    [
      'draft',
      'a system of another department',
      { consumer: { department: 'hotline', systems: ['a.b'] } },
      '1h',
      APPROVED,
    ],
    ['draft', 'a draft that is none', { everything: true }, '1h', APPROVED],
  ])('refuses (%s) %s, and enters that', async (refused, _what, over, duration, people) => {
    const { status, out, err } = await open(draft(over), duration, people);
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^It is not opened: /);
    expect((await entries()).at(-1)).toMatchObject({ kind: 'break-glass', act: 'refuse', refused });
    expect((await run('list')).out).toBe('Nothing is open.\n');
  });

  it.each([
    [['open', '--for', '2h', ...APPROVED, ...BY_C]],
    [['open', '--grant-file', 'x', '--for', 'long', ...APPROVED, ...BY_C]],
    [['open', '--grant-file', 'x', '--for', '2h', '--approver', 'A', ...BY_C]],
    [['open', '--grant-file', 'x', '--for', '2h', ...APPROVED, '--officer', 'C']],
    [['close', ...BY_C]],
    [['list', '--all']],
  ])('shows its usage when called with %j', async (args) => {
    const { status, out, err } = await run(...args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^usage: shuqiao break-glass (?:open|close|list)/);
  });
});
