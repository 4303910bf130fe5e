import { chmodSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { consistencyProof } from '../../src/transparency/prove.ts';
import { tileHashReader, tilePath } from '../../src/transparency/tile.ts';
import { verifyConsistency } from '../../src/transparency/verify-proof.ts';
import { postgresDatabase } from '../support/database.ts';
import { run } from '../support/process.ts';
import { appendLogged, auditFolder, logKey } from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { built, shuqiao } from '../support/shuqiao.ts';

const KILLS = 30;

it('a publisher that is killed at any instant goes on: every checkpoint continues the one before and has all its tiles', async () => {
  const database = await postgresDatabase();
  onTestFinished(database.close);
  const folder = scratchFolder();
  const key = logKey();
  writeFileSync(join(folder, 'key'), `${key.skey}\n`);
  chmodSync(join(folder, 'key'), 0o600);
  const environment = {
    DATABASE_URL: database.url ?? '',
    SHUQIAO_PUBLISHER_KEY_FILE: join(folder, 'key'),
    SHUQIAO_PUBLISHER_STATE_FILE: join(folder, 'publisher.json'),
    SHUQIAO_PUBLISHER_DIR: join(folder, 'static'),
    SHUQIAO_PUBLISHER_STANDBYS: 'none',
    SHUQIAO_PUBLISHER_TELEMETRY_PORT: '0',
  };
  expect((await shuqiao(['ledger', 'publish', '--begin'], { environment })).status).toBe(0);
  let appended = 170;
  await appendLogged(database.databases, 0, appended);
  const began = run(process.execPath, [built('cli/shuqiao.js'), 'ledger', 'publish'], { environment });
  await began.until('checkpoint-published');
  began.child.kill('SIGKILL');
  await began.ended();
  let last = await auditFolder(folder, key);
  const first = last.size;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await appendLogged(database.databases, appended, 170);
    appended += 170;
    const publisher = run(process.execPath, [built('cli/shuqiao.js'), 'ledger', 'publish'], { environment });
    await publisher.until('listening');
    // However busy the machine is, some come through.
    if (kill % 3 === 2) await publisher.until('checkpoint-published');
    else await setTimeout(Math.random() * 120);
    publisher.child.kill('SIGKILL');
    await publisher.ended();
    const now = await auditFolder(folder, key);
    const reader = tileHashReader(
      now.size,
      async ({ level, index, width }) => await readFile(join(folder, 'static', tilePath(level, index, width))),
    );
    const proof = await consistencyProof(reader, last.size, now.size);
    const sides = { from: last.size, to: now.size, fromRoot: last.root, toRoot: now.root };
    expect(verifyConsistency({ ...sides, proof })).toBe(true);
    last = now;
  }
  await appendLogged(database.databases, appended, 170);
  appended += 170;
  const publisher = run(process.execPath, [built('cli/shuqiao.js'), 'ledger', 'publish'], { environment });
  await publisher.until('checkpoint-published');
  publisher.child.kill('SIGTERM');
  expect((await publisher.ended()).status).toBe(0);
  expect((await auditFolder(folder, key)).size).toBe(appended);
  expect(last.size).toBeGreaterThan(first);
}, 240_000);
