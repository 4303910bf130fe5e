import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { ledgerExport } from '../../src/cli/ledger-export.ts';
import { ledgerFind } from '../../src/cli/ledger-find.ts';
import { ledgerProof } from '../../src/cli/ledger-proof.ts';
import { ledgerPruneDrop } from '../../src/cli/ledger-prune-drop.ts';
import { ledgerPruneFiles } from '../../src/cli/ledger-prune-files.ts';
import { ledgerPrunePlan } from '../../src/cli/ledger-prune-plan.ts';
import { ledgerPruneRecord } from '../../src/cli/ledger-prune-record.ts';
import { ledgerReveal } from '../../src/cli/ledger-reveal.ts';
import { ledgerVerify } from '../../src/cli/ledger-verify.ts';
import { ledgerWriter } from '../../src/store/ledger.ts';
import { generateSignerKey } from '../../src/transparency/note-keys.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { expectEntriesToFit } from '../support/entry-fits.ts';
import { testKeyRing } from '../support/key-ring.ts';
import { entryNumber, readRows } from '../support/ledger.ts';
import { logKey, NEVER, type OpenedPublisher, openPublisher } from '../support/published-log.ts';
import { UNSEEN } from '../support/rechain.ts';
import { shuqiao } from '../support/shuqiao.ts';

const OLD = '2021-03-04T05:06:07.089Z';
const COUNT = 600;
const APPROVED = ['--approver', 'zhao', '--approver', 'qian', '--officer', 'sun'];
const key = logKey();

let database: TestDatabase;
let publisher: OpenedPublisher;
let folder: string;
let exchanges: readonly string[];
const at = (name: string): string => join(folder, name);
const environment = () => ({
  DATABASE_URL: database.url ?? '',
  SHUQIAO_KEY_ENCRYPTION_KEY_FILE: join(inject('certsDir'), 'key-encryption.key'),
});
const built = async (...args: readonly string[]) => await shuqiao(['ledger', ...args], { environment: environment() });
/** The same in this process. */
async function run(command: Command, args: readonly string[], stdin = '') {
  let out = '';
  let err = '';
  const shell = {
    environment: environment(),
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    stdin: (async function* lines() {
      yield await Promise.resolve(stdin);
    })(),
  };
  try {
    return { status: await command.run(args, shell), out, err };
  } catch (error) {
    return { status: command.errorExit ?? 2, out, err: `${error instanceof Error ? error.message : ''}\n` };
  }
}
const retention = (name: string, text: object): string => {
  writeFileSync(at(name), JSON.stringify(text));
  return at(name);
};
const TRUST = () => ['--policy', at('trust.policy')];
const RECORD = () => ['--export', at('bundle.jsonl'), ...TRUST(), '--retention', resolve('policies/retention.json')];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-prune-'));
  database = await postgresDatabase();
  await testKeyRing(database.databases);
  await database.tamper('update ledger.head set partition_size = 256');
  const { append } = ledgerWriter(database.databases.exchange);
  const entries = Array.from({ length: COUNT }, (_, number) => entryNumber(number, { decidedAt: OLD }));
  await Promise.all(entries.map(async (entry) => await append(entry)));
  exchanges = (await readRows(database.databases)).map(({ columns }) => columns.exchange);
  await database.tamper(`${UNSEEN}; update ledger.entry set recorded_at = '${OLD}' where index < 560`);
  publisher = await openPublisher(folder, { url: database.url ?? '', key, begin: true });
  await publisher.round(NEVER);
  writeFileSync(at('trust.policy'), `log ${key.vkey}\nquorum none\n`);
  const witness = generateSignerKey('witness.example', 'cosignature/v1');
  writeFileSync(at('witnessed.policy'), `log ${key.vkey}\nwitness w ${witness.vkey}\nquorum w\n`);
});
afterAll(async () => {
  await publisher.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('pruning by hand', () => {
  it('is planned by whole partitions that are past their time, and their export verifies without the ledger', async () => {
    const planned = await built('prune', 'plan', '--retention', resolve('policies/retention.json'));
    expect([planned.status, planned.out]).toEqual([
      0,
      'Entries 0 to 511 can go: shuqiao ledger export --until 512 --output FILE, then shuqiao ledger prune record.\n',
    ]);
    expect((await built('export', '--until', '512', '--output', at('bundle.jsonl'))).status).toBe(0);
    const verified = await built('verify', ...TRUST(), at('bundle.jsonl'));
    expect([verified.status, verified.out.split(',')[0]]).toEqual([0, 'VERIFIED: 512 entries']);
    const kept = { ...(JSON.parse(readFileSync('policies/retention.json', 'utf8')) as object), keep: { years: 99 } };
    expect((await run(ledgerPrunePlan, ['--retention', retention('long.json', kept)])).out).toMatch(/nothing can go/);
  });

  it('is not recorded for a wrong export, too early, against the law, or by one person', async () => {
    const before = (await readRows(database.databases)).length;
    const refused = async (args: readonly string[]): Promise<string> => {
      const { status, err } = await run(ledgerPruneRecord, args);
      expect(status).toBe(1);
      return err;
    };
    expect(await refused([...RECORD(), '--approver', 'Zhao', '--approver', 'zhao ', '--officer', 'sun'])).toBe(
      'Two different people approve that.\n',
    );
    const law = { instrument: 'L', article: '1', duty: 'd', atLeast: { years: 3 } };
    const files = [
      [retention('short.json', { id: 'short', keep: { months: 35 }, statutory: [law] }), /shorter time than L 1/],
      [retention('none.json', { id: 'none', keep: { years: 9 }, statutory: [] }), /statutory/],
      [retention('ten.json', { id: 'ten', keep: { years: 10 }, statutory: [law] }), /ten keeps it still/],
    ] as const;
    for (const [file, said] of files)
      expect(await refused([...RECORD(), '--retention', file, ...APPROVED])).toMatch(said);
    const bundle = readFileSync(at('bundle.jsonl'), 'utf8');
    writeFileSync(at('changed.jsonl'), bundle.replace('"refused"', '"released"'));
    writeFileSync(at('cut.jsonl'), bundle.slice(0, -10));
    for (const name of ['changed.jsonl', 'cut.jsonl'])
      expect(await refused([...RECORD(), '--export', at(name), ...APPROVED])).toMatch(/not verified, so nothing goes/);
    expect(await refused([...RECORD(), '--policy', at('witnessed.policy'), ...APPROVED])).toMatch(/not verified/);
    await run(ledgerExport, ['--until', '550', '--output', at('part.jsonl')]);
    expect(await refused([...RECORD(), '--export', at('part.jsonl'), ...APPROVED])).toMatch(/Only whole partitions/);
    expect(await readRows(database.databases)).toHaveLength(before);
    expect((await run(ledgerPruneDrop, ['--export', at('bundle.jsonl'), ...TRUST()])).err).toMatch(/No entry says/);
  });

  it('is one entry, without a name in clear, however often it is recorded; who approved it can be opened', async () => {
    const recorded = await built('prune', 'record', ...RECORD(), ...APPROVED);
    expect([recorded.status, recorded.out.slice(0, 54)]).toEqual([
      0,
      'Entry 600 records that the 512 entries before 512 go. ',
    ]);
    expect((await run(ledgerPruneRecord, [...RECORD(), ...APPROVED])).out).toMatch(/^Entry 600 recorded before/);
    const [entry, ...more] = (await readRows(database.databases)).slice(COUNT);
    expect(more).toEqual([]);
    expectEntriesToFit([JSON.parse(entry?.entry ?? '{}')]);
    expect(entry?.entry).not.toMatch(/zhao|qian|sun/);
    expect(JSON.parse(entry?.entry ?? '')).toMatchObject({ to: 512, newest: OLD, policy: 'three-years' });
    const opened = await run(ledgerReveal, ['--index', '600', '--officer', 'li', '--reason', 'audit']);
    expect(JSON.parse(opened.out)).toMatchObject({
      words: { firstApprover: 'zhao', secondApprover: 'qian', recordedBy: 'sun' },
    });
  });

  it('goes no further until a checkpoint that the trust policy believes is over that entry', async () => {
    const early = await run(ledgerPruneDrop, ['--export', at('bundle.jsonl'), ...TRUST()]);
    expect([early.status, early.err]).toEqual([
      2,
      'No checkpoint that satisfies the trust policy covers entry 600 yet. Nothing was done.\n',
    ]);
    await publisher.round(NEVER);
    const unwitnessed = ['--export', at('bundle.jsonl'), '--policy', at('witnessed.policy')];
    expect((await run(ledgerPruneDrop, unwitnessed)).status).toBe(2);
    const other = await run(ledgerPruneDrop, ['--export', at('part.jsonl'), ...TRUST()]);
    expect([other.status, other.err]).toEqual([1, expect.stringMatching(/^Entry 600 names another export/)]);
    expect((await readRows(database.databases))[0]?.index).toBe(0);
  });

  it('takes out what was recorded while the gateway goes on appending, and says so again when it is asked again', async () => {
    const { append } = ledgerWriter(database.databases.exchange);
    const ended = new AbortController();
    const dropped = built('prune', 'drop', '--export', at('bundle.jsonl'), ...TRUST()).finally(() => ended.abort());
    const indexes: number[] = [];
    while (!ended.signal.aborted) indexes.push((await append(entryNumber(0))).index);
    const { status, out, err } = await dropped;
    expect([status, out, err]).toEqual([0, 'PRUNED [0,512) by entry #600.\n', '']);
    expect(indexes.length).toBeGreaterThan(0);
    expect(indexes).toEqual(indexes.map((_, place) => (indexes[0] ?? 0) + place));
    const rows = await readRows(database.databases);
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, place) => 512 + place));
    expect((await run(ledgerPruneDrop, ['--export', at('bundle.jsonl'), ...TRUST()])).out).toBe(out);
    expect((await run(ledgerPruneRecord, [...RECORD(), ...APPROVED])).err).toMatch(/are gone, as entry 600 says/);
  });

  it('leaves a ledger that verifies, and says what is not there any more wherever it is asked for', async () => {
    await publisher.round(NEVER);
    const verified = await built('verify', ...TRUST());
    expect([verified.status, verified.out]).toEqual([0, expect.stringMatching(/^PRUNED \[0,512\) by entry #600\.$/m)]);
    for (const [which, said] of [
      ['5', 'The ledger has no entry 5 any more.'],
      [exchanges[5] ?? '', 'The ledger has no entry of this exchange.'],
    ] as const)
      expect((await run(ledgerProof, [which])).err).toBe(
        `${said} Entries before 512 were pruned, as entry 600 says; the export that it names has them.\n`,
      );
    await run(ledgerProof, [exchanges[520] ?? '', '--output', at('kept.tlog-proof')]);
    const leaf = (await readRows(database.databases))[8]?.leaf ?? '';
    expect((await run(ledgerVerify, [...TRUST(), '--leaf', leaf, at('kept.tlog-proof')])).status).toBe(0);
    const [resident] = generateRegisters().residents;
    const asked = ['--subject-type', 'cn.resident-id', '--officer', 'li', '--reason', 'complaint'];
    const found = await run(ledgerFind, asked, resident?.residentId);
    expect([found.out, found.err]).toEqual(['Nothing was exchanged about it.\n', expect.stringMatching(/were pruned/)]);
    const revealed = await run(ledgerReveal, ['--index', '5', '--officer', 'li', '--reason', 'audit']);
    expect(revealed.err).toMatch(/^The ledger has no entry 5\. Entries before 512 were pruned/);
  });

  it('clears the folder of the publisher by what that folder and the export say, and by nothing else', async () => {
    const dir = at('static');
    const named = ['--dir', dir, ...TRUST()];
    const args = (record: string, file = 'bundle.jsonl') => [...named, '--record', record, '--export', at(file)];
    for (const [record, file] of [
      ['599', 'bundle.jsonl'],
      ['600', 'part.jsonl'],
    ] as const)
      expect((await run(ledgerPruneFiles, args(record, file))).err).toMatch(/does not say that the entries/);
    expect((await run(ledgerVerify, [...TRUST(), dir])).out).not.toMatch(/PRUNED/);
    expect((await run(ledgerPruneFiles, args('600'))).out).toBe('4 files are gone; the folder begins at entry 512.\n');
    expect((await run(ledgerPruneFiles, args('600'))).out).toMatch(/^0 files/);
    const verified = await run(ledgerVerify, [...TRUST(), dir]);
    expect([verified.status, verified.out]).toEqual([0, expect.stringMatching(/^PRUNED \[0,512\) by entry #600\.$/m)]);
    await ledgerWriter(database.databases.exchange).append(entryNumber(1));
    expect(await publisher.round(NEVER)).toBe('published');
    expect((await run(ledgerVerify, [...TRUST(), dir])).status).toBe(0);
  });
});
