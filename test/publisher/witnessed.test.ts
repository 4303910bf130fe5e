import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeSignerKeyFile } from '../../src/config/note-key-file.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { checkAgainst } from '../../src/transparency/trust-policy.ts';
import { postgresDatabase } from '../support/database.ts';
import { run } from '../support/process.ts';
import { appendLogged, logKey } from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { built, shuqiao } from '../support/shuqiao.ts';
import { witnessSetting } from '../support/test-witness.ts';

it('a log is published when its witness vouches for it, and verified by whoever trusts the witness; not before', async () => {
  const database = await postgresDatabase();
  onTestFinished(database.close);
  const folder = scratchFolder();
  const key = logKey();
  writeSignerKeyFile(join(folder, 'key'), key.skey);
  const setting = await witnessSetting([{ origin: key.vkey.split('+')[0] ?? '', vkey: key.vkey }]);
  onTestFinished(setting.remove);
  const start = (words: readonly string[], environment: Readonly<Record<string, string>>) => {
    const running = run(process.execPath, [built('cli/shuqiao.js'), ...words], { environment });
    onTestFinished(() => void running.child.kill('SIGKILL'));
    return running;
  };

  const witness = start(['witness'], setting.environment);
  await witness.until('"event":"listening"');
  const url = /"url":"([^"]+)"/.exec(witness.out())?.[1] ?? '';
  const policyFile = join(folder, 'audit.policy');
  const policy = `log ${key.vkey}\nwitness audit ${setting.own.vkey} ${url}\nquorum audit\n`;
  writeFileSync(policyFile, policy);
  const environment = {
    DATABASE_URL: database.url ?? '',
    SHUQIAO_PUBLISHER_KEY_FILE: join(folder, 'key'),
    SHUQIAO_PUBLISHER_STATE_FILE: join(folder, 'publisher.json'),
    SHUQIAO_PUBLISHER_DIR: join(folder, 'static'),
    SHUQIAO_PUBLISHER_STANDBYS: 'none',
    SHUQIAO_PUBLISHER_TELEMETRY_PORT: '0',
    SHUQIAO_LEDGER_TRUST_POLICY_FILE: policyFile,
  };
  const verify = async (...words: readonly string[]): Promise<number | null> =>
    (await shuqiao(['ledger', 'verify', '--policy', policyFile, ...words], { environment: {} })).status;
  expect((await shuqiao(['ledger', 'publish', '--begin'], { environment })).status).toBe(0);

  await appendLogged(database.databases, 0, 300);
  const publisher = start(['ledger', 'publish'], environment);
  await publisher.until('checkpoint-published');
  const note = await readFile(join(folder, 'static', 'checkpoint'), 'utf8');
  expect(checkAgainst(parseTrustPolicy(policy), note)).toMatchObject({
    satisfied: true,
    checkpoint: { size: 300 },
    cosignedBy: [{ name: 'audit' }],
  });

  // With the witness away the log goes on, and nothing of it is published.
  witness.child.kill('SIGKILL');
  await witness.ended();
  await appendLogged(database.databases, 300, 10);
  await publisher.until('witness-missed');
  expect(await readFile(join(folder, 'static', 'checkpoint'), 'utf8')).toBe(note);
  const [whole, vouchedFor] = [join(folder, 'whole.jsonl'), join(folder, 'export.jsonl')];
  expect((await shuqiao(['ledger', 'export', '--output', vouchedFor], { environment })).status).toBe(0);
  expect((await shuqiao(['ledger', 'export', '--all', '--output', whole], { environment })).status).toBe(0);
  expect(await Promise.all([verify(vouchedFor), verify(join(folder, 'static')), verify(whole)])).toEqual([0, 0, 2]);
  writeFileSync(join(folder, 'forged.jsonl'), (await readFile(vouchedFor, 'utf8')).replaceAll('refused', 'granted'));
  expect(await verify(join(folder, 'forged.jsonl'))).toBe(1);
}, 120_000);
