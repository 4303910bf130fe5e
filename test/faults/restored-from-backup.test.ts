import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Expectations, HeldReceipt } from '../../src/auditor/expectations.ts';
import type { Verification } from '../../src/auditor/verification.ts';
import { verifyExport } from '../../src/auditor/verify-export.ts';
import { verifyTiles } from '../../src/auditor/verify-tiles.ts';
import { exportLines } from '../../src/ledger/export-format.ts';
import { ledgerArchive } from '../../src/store/ledger-archive.ts';
import { withOwner } from '../../src/store/open-databases.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { type Held, judgeLedger, startCrashHarness } from '../support/crash-harness.ts';
import { checkpointIn, type LogKey, logKey, NEVER, openPublisher } from '../support/published-log.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { shuqiao } from '../support/shuqiao.ts';

const EACH_TIME = 6;
const PATIENCE = { timeout: 30_000, interval: 50 };

const policyOf = ({ vkey }: LogKey): string => `log ${vkey}\nquorum none\n`;
const receiptsOf = (held: readonly Held[]): readonly HeldReceipt[] => held.map(({ receipt }) => receipt);
const notKept = (held: readonly Held[]): readonly string[] =>
  held.map(({ receipt }) => `the receipt at ${receipt.index} is not kept`);

async function verifyFolder(folder: string, expected: Expectations): Promise<Verification> {
  return await verifyTiles(
    async (path) => await readFile(join(folder, 'static', path)).catch(() => undefined),
    expected,
  );
}

async function verifyLedger(url: string, expected: Expectations): Promise<Verification> {
  return await withOwner(
    url,
    async (owner) => await verifyExport(exportLines(ledgerArchive(owner), { all: true }), expected),
  );
}

it('what a restore from a backup lost is shown by its receipts and by no gateway continued, and what was before it stays proven', async () => {
  const [folder, newFolder] = [scratchFolder(), scratchFolder()];
  const [old, fresh] = [logKey(1), logKey(2)];
  const [oldPolicy, newPolicy] = [parseTrustPolicy(policyOf(old)), parseTrustPolicy(policyOf(fresh))];
  const policyFile = join(folder, 'trust.policy');
  writeFileSync(policyFile, policyOf(old));
  const harness = await startCrashHarness({
    environment: { SHUQIAO_LEDGER_TRUST_POLICY_FILE: policyFile, SHUQIAO_LEDGER_LOOK_INTERVAL_MS: '50' },
  });
  onTestFinished(harness.close);
  const { postgres, held } = harness;
  const { url } = postgres;
  const publish = async (to: string, key: LogKey, begin = false): Promise<void> => {
    const publisher = await openPublisher(to, { url, key, begin });
    expect(await publisher.round(NEVER)).toBe('published');
    await publisher.close();
  };
  const release = async (): Promise<readonly Held[]> => {
    const before = held.length;
    await expect
      .poll(async () => {
        await harness.call();
        return held.length;
      }, PATIENCE)
      .toBeGreaterThanOrEqual(before + EACH_TIME);
    return held.slice(before);
  };

  const kept = await release();
  await publish(folder, old, true);
  await postgres.kill();
  const backup = postgres.copyData();
  await postgres.start();
  const lost = await release();
  await publish(folder, old);
  const last = await checkpointIn(folder);
  const whole = { policy: oldPolicy, receipts: receiptsOf(held) };
  expect((await verifyLedger(url, whole)).verdict).toBe('verified');
  // The gateway has seen it as well.
  await expect.poll(async () => await anchoredAt(harness.telemetry), PATIENCE).toBeGreaterThanOrEqual(held.length);

  await postgres.kill();
  postgres.restoreData(backup);
  await postgres.start();
  // The gateway that was there before does not write a second history after the first.
  await expect.poll(harness.call, PATIENCE).toBe('ledger.unanchored');
  expect(held).toHaveLength(kept.length + lost.length);
  expect(await harness.judge()).toEqual(notKept(lost));
  expect((await verifyLedger(url, { policy: oldPolicy, since: last })).verdict).toBe('tampered');
  for (const receipt of receiptsOf(lost))
    expect((await verifyLedger(url, { policy: oldPolicy, receipts: [receipt] })).verdict).toBe('tampered');
  expect((await verifyFolder(folder, whole)).verdict).toBe('verified');

  writeFileSync(join(folder, 'last'), last);
  const epoch = ['ledger', 'epoch', '--previous', join(folder, 'last'), '--because', 'restored', '--key', old.vkey];
  expect((await shuqiao(epoch, { environment: { DATABASE_URL: url } })).status).toBe(0);
  await publish(newFolder, fresh, true);
  writeFileSync(policyFile, policyOf(fresh));
  await harness.killGateway();
  const after = await release();
  await publish(newFolder, fresh);
  expect(await judgeLedger(url, [...kept, ...after])).toEqual([]);
  expect(await harness.judge()).toEqual(notKept(lost));
  const receipts = receiptsOf([...kept, ...after]);
  expect(await verifyFolder(newFolder, { policy: newPolicy, receipts })).toMatchObject({
    verdict: 'verified',
    kinds: { epoch: 1 },
  });
  for (const receipt of receiptsOf(lost))
    expect((await verifyFolder(newFolder, { policy: newPolicy, receipts: [receipt] })).verdict).toBe('tampered');
}, 240_000);

async function anchoredAt(telemetry: string): Promise<number> {
  const { checks } = (await (await fetch(`${telemetry}/readyz`)).json()) as {
    readonly checks: { readonly anchorage?: { readonly anchored?: number } };
  };
  return checks.anchorage?.anchored ?? 0;
}
