import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withOwner } from '../../src/store/open-databases.ts';
import { type CrashHarness, startCrashHarness } from '../support/crash-harness.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { type SmallDisks, smallDisks } from '../support/small-disks.ts';
import { sayMissing } from '../support/tools.ts';

const CALLERS = 3;
const PATIENCE = { timeout: 30_000, interval: 50 };
// Small as the disk of the log of writes is. And once it ended it stays so, or it makes room by recovering.
const SETTINGS = ['-c fsync=on', '-c max_wal_size=4MB', '-c min_wal_size=2MB', '-c restart_after_crash=off'];

const disks = await smallDisks();
if (disks === undefined) sayMissing('disk that can be full', 'only root, or a user with name spaces, can mount one');
else describe('a PostgreSQL whose disk is full', () => whileFull(disks));

function whileFull(disks: SmallDisks): void {
  let harness: CrashHarness;
  beforeAll(async () => {
    harness = await startCrashHarness({ postgres: await startPostgres(SETTINGS, disks) });
  }, 120_000);
  afterAll(async () => {
    await harness.close();
    await disks.close();
  });

  const health = async (path: string): Promise<number> => (await fetch(`${harness.telemetry}/${path}`)).status;

  async function expectRecovery(callers: { stop(): Promise<void> }): Promise<void> {
    const before = harness.held.length;
    await expect.poll(() => harness.held.length, PATIENCE).toBeGreaterThan(before + CALLERS);
    await expect.poll(async () => await health('readyz'), PATIENCE).toBe(200);
    await callers.stop();
    expect(await harness.judge()).toEqual([]);
  }

  async function expectRefusals(): Promise<void> {
    await expect.poll(async () => await harness.call(), PATIENCE).toBe('ledger.unwritable');
    expect(await health('livez')).toBe(200);
    expect(await health('readyz')).toBe(503);
    const released = harness.held.length;
    for (let call = 0; call < 5; call += 1) expect(await harness.call()).toBe('ledger.unwritable');
    expect(harness.held.length).toBe(released);
  }

  it('releases nothing while the tables cannot grow, and goes on by itself when there is room again', async () => {
    const callers = harness.callers(CALLERS);
    await expect.poll(() => harness.held.length, PATIENCE).toBeGreaterThan(CALLERS);
    disks.data.fill();
    await expectRefusals();
    disks.data.free();
    await expectRecovery(callers);
  });

  it('keeps what it answered when the log of writes cannot grow, which ends it in the midst of what it writes', async () => {
    const callers = harness.callers(CALLERS);
    disks.wal.fill();
    await useUpSegments();
    await expectRefusals();
    disks.wal.free();
    await startedAgain();
    await expectRecovery(callers);
  });

  /** What others write into the same log: it has some segments before it needs a new one. */
  async function useUpSegments(): Promise<void> {
    const piece = `select pg_logical_emit_message(false, 'test', repeat('x', 900000))`;
    for (let written = true; written; )
      written = await withOwner(harness.postgres.url, async (owner) => await owner.query(piece)).then(
        () => true,
        () => false,
      );
  }

  /** As whatever watches over it does; it may still be about to end. */
  async function startedAgain(): Promise<void> {
    const start = async (): Promise<boolean> =>
      await harness.postgres.start().then(
        () => true,
        () => false,
      );
    await expect.poll(start, PATIENCE).toBe(true);
  }
}
