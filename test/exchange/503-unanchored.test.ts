import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTrustPolicy } from '../../src/config/trust-policy-file.ts';
import { generateSignerKey } from '../../src/transparency/note-keys.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { type Anchoring, anchoring, publish } from '../support/checkpoints.ts';
import { postgresDatabase } from '../support/database.ts';
import { type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';
import { expectEntered } from '../support/problems.ts';
import { parseExposition, sampleOf } from '../support/prometheus.ts';

const GRACE_SECONDS = 1800;
const MINUTE = 60_000;
const HOUR = 3_600_000;

interface Anchored extends Anchoring {
  readonly harness: Harness;
  /** Moves the clock of the gateway; that of the database goes on as it does. */
  advance(milliseconds: number): void;
  /** As the publisher would, with the size that the ledger has. */
  anchor(): Promise<void>;
  /** Until the gateway looked and stands like that. */
  standing(word: string): Promise<void>;
}

async function gateway(options: HarnessOptions = {}): Promise<Anchored> {
  const anchors = anchoring();
  let ahead = 0;
  const harness = await startHarness({
    ...options,
    environment: {
      SHUQIAO_LEDGER_LOOK_INTERVAL_MS: '50',
      SHUQIAO_LEDGER_GRACE_SECONDS: String(GRACE_SECONDS),
      SHUQIAO_TOKEN_TTL_SECONDS: '3600',
    },
    parts: (parts) => ({
      trustPolicy: anchors.policy,
      clock: { now: () => Date.now() + ahead },
      ...options.parts?.(parts),
    }),
  });
  onTestFinished(harness.close);
  return {
    ...anchors,
    harness,
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    anchor: async () => {
      const { size } = await harness.gateway.ledger.head();
      await publish(harness.database, size, anchors.note(size));
    },
    standing: async (word) =>
      await expect.poll(async () => (await anchorage(harness)).standing, { timeout: 5000, interval: 20 }).toBe(word),
  };
}

interface Check {
  readonly standing: string;
  readonly anchored: number;
  readonly waitingSeconds: number;
  readonly ready: boolean;
}

async function anchorage({ gateway }: Harness): Promise<Check> {
  const response = await fetch(`${gateway.urls.telemetry}/readyz`);
  const { checks } = (await response.json()) as { readonly checks: { readonly anchorage: Omit<Check, 'ready'> } };
  return { ...checks.anchorage, ready: response.status === 200 };
}

const events = (harness: Harness): readonly string[] =>
  harness.log
    .map((line) => (JSON.parse(line) as { event: string }).event)
    .filter((event) => /ledger|checkpoint/.test(event) && event !== 'subject-keys-beside-ledger');

const waiting = async (harness: Harness): Promise<number | undefined> =>
  sampleOf(parseExposition(await harness.metrics()), 'shuqiao_ledger_unanchored_seconds');

describe('a gateway whose ledger has to be vouched for', () => {
  it('serves while it is, through the whole grace when it is not, then refuses, and serves again when it is', async () => {
    const { harness, advance, anchor, standing } = await gateway();
    expect((await harness.call()).status).toBe(200);
    await anchor();
    await expect.poll(async () => (await anchorage(harness)).anchored).toBe(1);
    // Nothing waits, however long nobody asks.
    advance(24 * HOUR);
    expect(await anchorage(harness)).toEqual({ standing: 'anchored', anchored: 1, waitingSeconds: 0, ready: true });

    advance(-24 * HOUR);
    expect((await harness.call()).status).toBe(200);
    advance(MINUTE);
    await standing('late');
    await expect.poll(() => events(harness)).toEqual(['ledger-unanchored']);
    await expect.poll(async () => await waiting(harness)).toBeGreaterThan(59);

    // The oldest counts, not those that came since.
    advance((GRACE_SECONDS - 70) * 1000);
    expect((await harness.call()).status).toBe(200);
    expect((await anchorage(harness)).ready).toBe(true);
    const asked = harness.source.asked.length;
    advance(20_000);
    const refused = await harness.call();
    await expectEntered(harness, refused, { code: 'ledger.unanchored', stages: ['identify'] });
    expect(refused.headers['retry-after']).toBe('60');
    expect(harness.source.asked).toHaveLength(asked);
    await standing('over');
    expect((await anchorage(harness)).ready).toBe(false);
    await expect.poll(async () => await waiting(harness)).toBeGreaterThan(GRACE_SECONDS);

    await anchor();
    await standing('anchored');
    expect((await harness.call()).status).toBe(200);
    await expect.poll(() => events(harness)).toEqual(['ledger-unanchored', 'ledger-grace-over', 'ledger-anchored']);
  });

  it('takes no checkpoint for one that its trust policy is not satisfied with', async () => {
    const { harness, note, advance, standing } = await gateway();
    for (let call = 0; call < 6; call += 1) await harness.call();
    const stranger = anchoring();
    const notes = [
      note(1, ['log']),
      note(2, ['witness']),
      stranger.note(3),
      'no note',
      note(5).replace('\n5\n', '\n6\n'),
    ];
    for (const [at, unsatisfying] of notes.entries()) await publish(harness.database, at + 1, unsatisfying);
    advance(50 * MINUTE);
    await standing('over');
    expect((await anchorage(harness)).anchored).toBe(0);
    expect((await harness.call()).status).toBe(503);
    // The row of the size that it says is not asked for: what is signed counts.
    await publish(harness.database, 7, note(7));
    await standing('anchored');
    expect((await harness.call()).status).toBe(200);
  });

  it('finds the last good checkpoint behind newer ones without their witness, also after a restart', async () => {
    const { harness, note, policy } = await gateway();
    for (let call = 0; call < 4; call += 1) await harness.call();
    await publish(harness.database, 2, note(2));
    for (const size of [3, 4]) await publish(harness.database, size, note(size, ['log']));
    await expect.poll(async () => (await anchorage(harness)).anchored).toBe(2);
    const again = await gateway({
      database: async () => ({ ...harness.database, close: async () => {} }),
      parts: () => ({ trustPolicy: policy }),
    });
    expect(await anchorage(again.harness)).toMatchObject({ anchored: 2, ready: true });
  });

  it('begins no new grace when it is started anew', async () => {
    const { harness } = await gateway();
    await harness.call();
    const again = await gateway({
      database: async () => ({ ...harness.database, close: async () => {} }),
      parts: () => ({ clock: { now: () => Date.now() + 50 * MINUTE } }),
    });
    expect((await again.harness.call()).status).toBe(503);
  });

  it('goes on counting when the database says that the entry is younger than it was', async () => {
    const { harness, advance, standing } = await gateway();
    await harness.call();
    await expect.poll(async () => (await waiting(harness)) ?? 0).toBeGreaterThan(0);
    await harness.database.tamper(
      `set session_replication_role = replica; update ledger.entry set recorded_at = recorded_at + interval '1 day'`,
    );
    advance(50 * MINUTE);
    await standing('over');
  });

  it('counts from its last look on when the checkpoints cannot be read any more', async () => {
    const { harness, anchor, advance, standing } = await gateway();
    await harness.call();
    await anchor();
    await standing('anchored');
    await harness.database.tamper('revoke select on ledger.checkpoint from shuqiao_control');
    await expect.poll(() => events(harness)).toContain('checkpoints-unreadable');
    expect((await harness.call()).status).toBe(200);
    advance(50 * MINUTE);
    await standing('over');
    expect((await harness.call()).status).toBe(503);
    await harness.database.tamper('grant select on ledger.checkpoint to shuqiao_control');
    await anchor();
    await standing('anchored');
  });

  it('refuses at once, and for good, when entries are gone that were vouched for', async () => {
    const { harness, anchor, note, standing } = await gateway();
    for (let call = 0; call < 3; call += 1) await harness.call();
    await anchor();
    await expect.poll(async () => (await anchorage(harness)).anchored).toBe(3);
    await harness.database.tamper('set local session_replication_role = replica; update ledger.head set size = 2');
    await standing('cut');
    await harness.database.tamper('set local session_replication_role = replica; update ledger.head set size = 3');
    const refused = await harness.call();
    expect(refused.problem().code).toBe('ledger.unanchored');
    await publish(harness.database, 4, note(4));
    await standing('cut');
    await expect.poll(() => events(harness)).toEqual(['ledger-cut']);
  });

  it('does not start when it cannot look', async () => {
    const database = async () => {
      const made = await postgresDatabase();
      await made.tamper('drop table ledger.checkpoint');
      return made;
    };
    await expect(gateway({ database })).rejects.toThrow('ledger.checkpoint');
  });
});

describe('at its start a gateway in production', () => {
  const says = async (parts: NonNullable<HarnessOptions['parts']>): Promise<boolean> => {
    const harness = await startHarness({
      database: postgresDatabase,
      parts: (given) => ({ config: { ...given.config, environment: 'production' }, ...parts(given) }),
    });
    await harness.close();
    return events(harness).includes('nothing-outside-vouches-for-the-ledger');
  };

  it('says plainly that nothing outside the database vouches for the ledger, without a trust policy', async () => {
    expect(await says(() => ({}))).toBe(true);
  });

  it('says so of a trust policy that asks for no witness, and not of one that does', async () => {
    const { vkey } = generateSignerKey('ledger.test/1', 'ed25519');
    expect(await says(() => ({ trustPolicy: parseTrustPolicy(`log ${vkey}\nquorum none\n`) }))).toBe(true);
    expect(await says(() => ({ trustPolicy: anchoring().policy }))).toBe(false);
  });
});

describe('a trust policy', () => {
  it('that cannot be read is none to start with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shuqiao-trust-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(() => readTrustPolicy(join(folder, 'none'))).toThrow('the file cannot be read');
  });
});
