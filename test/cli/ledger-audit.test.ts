import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresDatabase, type TestDatabase } from '../support/database.ts';
import { appendEntries, readRows } from '../support/ledger.ts';
import { testPublisher } from '../support/published.ts';
import { UNSEEN } from '../support/rechain.ts';
import { shuqiao } from '../support/shuqiao.ts';

const publisher = testPublisher();
let database: TestDatabase;
let folder: string;
const at = (name: string): string => join(folder, name);
const run = async (...args: readonly string[]) =>
  await shuqiao(['ledger', ...args], { environment: { DATABASE_URL: database.url ?? '' } });

/** As the publisher enters it. */
async function publish(): Promise<string> {
  const { size, note } = publisher.publish((await readRows(database.databases)).map(({ leaf }) => leaf));
  await database.tamper(`${UNSEEN};
    create table if not exists ledger.checkpoint (
      size bigint primary key, note text not null, published_at timestamptz not null default clock_timestamp());
    grant select on ledger.checkpoint to shuqiao_control;
    insert into ledger.checkpoint (size, note) values (${size}, '${note}')`);
  return note;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shuqiao-audit-'));
  database = await postgresDatabase();
  await appendEntries(database.databases, 300);
  writeFileSync(at('first.checkpoint'), await publish());
  await appendEntries(database.databases, 20);
  writeFileSync(at('trust.policy'), publisher.policyText);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an auditor without the database', () => {
  it('verifies what was exported, then what is new since, and a receipt', async () => {
    const policy = ['--policy', at('trust.policy')];
    expect((await run('export', '--output', at('all.jsonl'))).status).toBe(0);
    const first = await run('verify', ...policy, at('all.jsonl'));
    expect([first.status, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(
      /^VERIFIED: 300 entries, .*\nCheckpoint of ledger\.example\/1: 300 entries; witnessed by audit-office at 20/,
    );

    await publish();
    expect((await run('export', '--since', at('first.checkpoint'), '--output', at('new.jsonl'))).status).toBe(0);
    expect(readFileSync(at('new.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(22);
    expect((await run('verify', ...policy, '--since', at('first.checkpoint'), at('new.jsonl'))).status).toBe(0);
    expect((await run('verify', ...policy, at('new.jsonl'))).status).toBe(2);

    const row = (await readRows(database.databases))[310];
    expect((await run('proof', row?.columns.exchange ?? '', '--output', at('one.tlog-proof'))).status).toBe(0);
    writeFileSync(at('entry.json'), `${row?.entry}\n`);
    const entry = await run('verify', ...policy, '--entry', at('entry.json'), at('one.tlog-proof'));
    expect([entry.status, entry.out.split('\n')[0]]).toEqual([0, 'VERIFIED: the entry stands at index 310.']);
    expect((await run('verify', ...policy, '--leaf', '0'.repeat(64), at('one.tlog-proof'))).status).toBe(1);
  });

  it('loads nothing that wrote the log and nothing that reads a database', async () => {
    mkdirSync(at('coverage'));
    const { status } = await shuqiao(['ledger', 'verify', '--policy', at('trust.policy'), at('all.jsonl')], {
      environment: { NODE_V8_COVERAGE: at('coverage') },
    });
    expect(status).toBe(0);
    const loaded = readdirSync(at('coverage')).flatMap((name) =>
      (JSON.parse(readFileSync(join(at('coverage'), name), 'utf8')) as { result: { url: string }[] }).result
        .map(({ url }) => url)
        .filter((url) => url.startsWith('file:')),
    );
    const ours = loaded.flatMap((url) => /\/dist\/(.+)\.js$/.exec(url)?.[1] ?? []);
    expect(ours).toContain('auditor/verify-export');
    expect(loaded).toHaveLength(ours.length);
    expect(ours.filter((name) => !/^(?:auditor|transparency)\//.test(name)).sort()).toEqual([
      'cli/command',
      'cli/ledger-verify',
      'cli/shuqiao',
      'cli/verification-text',
      'config/env',
      'telemetry/log',
    ]);
  });

  it('is told what a receipt or an export cannot have', async () => {
    expect((await run('proof', 'nothing')).err).toBe('The ledger has no entry of this exchange.\n');
    expect((await run('proof', '999')).err).toBe('The newest checkpoint covers 320 entries, and not entry 999 yet.\n');
    expect((await run('proof')).err).toMatch(/^usage: shuqiao ledger proof /);
  });
});
