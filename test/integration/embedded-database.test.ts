import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedDatabase } from '../../src/store/embedded-database.ts';
import { ledgerReader, ledgerWriter } from '../../src/store/ledger.ts';
import { migrate } from '../../src/store/migrate.ts';
import { entryNumber, verifyDatabase } from '../support/ledger.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-reopened-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the embedded database', () => {
  it('keeps the ledger from one opening to the next, and goes on where it stood', async () => {
    const first = await openEmbeddedDatabase(folder);
    await migrate(first.as('owner'));
    const { append } = ledgerWriter(first.as('exchange'));
    await Promise.all([0, 1, 2].map(async (number) => await append(entryNumber(number))));
    const head = await ledgerReader(first.as('control')).head();
    await first.close();

    const second = await openEmbeddedDatabase(folder);
    const databases = { control: second.as('control') };
    expect(await verifyDatabase(databases, head)).toMatchObject({ verdict: 'verified', ...head });
    expect(await ledgerWriter(second.as('exchange')).append(entryNumber(3))).toMatchObject({ index: 3 });
    expect(await verifyDatabase(databases, head)).toMatchObject({ verdict: 'verified', size: 4 });
    await second.close();
  });

  it('refuses a second opener of the same folder, which leaves the first unharmed', async () => {
    const first = await openEmbeddedDatabase(folder);
    await expect(openEmbeddedDatabase(folder)).rejects.toMatchObject({
      name: 'DirectoryInUseError',
      message: `the embedded database in ${folder} is in use by process ${process.pid}; two processes would destroy it`,
    });
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
    expect(await ledgerWriter(first.as('exchange')).append(entryNumber(4))).toMatchObject({ index: 4 });
    await first.close();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('refuses a folder that another living process holds', async () => {
    writeFileSync(join(folder, 'lock'), String(process.ppid));
    await expect(openEmbeddedDatabase(folder)).rejects.toMatchObject({ name: 'DirectoryInUseError' });
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.ppid));
    rmSync(join(folder, 'lock'));
  });

  it.each([
    ['of a process that is gone', () => String(spawnSync(process.execPath, ['--version']).pid)],
    ['of an earlier process that had our id', () => String(process.pid)],
    ['that says nothing', () => ''],
    ['that names no process', () => '-1'],
  ])('takes over a lock %s', async (_whose, content) => {
    writeFileSync(join(folder, 'lock'), content());
    const taken = await openEmbeddedDatabase(folder);
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
    expect((await ledgerReader(taken.as('control')).head()).size).toBe(5);
    await taken.close();
  });

  it('does not hand the role of one statement on to the next', async () => {
    const opened = await openEmbeddedDatabase(folder);
    const role = async (name: 'exchange' | 'control' | 'owner') =>
      await opened.as(name).query<{ role: string }>('select current_user::text as role');
    const roles = await Promise.all([role('exchange'), role('owner'), role('control'), role('owner')]);
    expect(roles.map(([row]) => row?.role)).toEqual(['shuqiao_exchange', 'postgres', 'shuqiao_control', 'postgres']);
    await expect(opened.as('exchange').query('truncate ledger.entry')).rejects.toMatchObject({ code: '42501' });
    expect((await role('owner'))[0]?.role).toBe('postgres');
    await opened.close();
  });
});
