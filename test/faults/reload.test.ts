import { appendFileSync, cpSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followFiles } from '../../src/config/follow-files.ts';
import { createTreatmentKeys } from '../../src/keys/treatment-keys.ts';
import { generateRegisters } from '../../src/trial/data/registers.ts';
import { copyOf, remove, rewrite, set } from '../contracts/broken-copy.ts';
import { record } from '../support/fake-source.ts';
import { type CallOptions, exampleResident, type Harness, startHarness } from '../support/harness.ts';
import { expectEntered } from '../support/problems.ts';
import { parseExposition, sampleOf } from '../support/prometheus.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { CALL_BACK, workOrder } from '../support/work-order.ts';

const IDENTITY = 'policies/grants/open-a-shop-identity.json';
const HOTLINE = 'policies/grants/hotline-call-back.json';
const SCHEMA = 'contracts/public-security/resident-identity/v1/schema.json';
const KEYS = createTreatmentKeys(new Uint8Array(32));
const SOURCES: ReadonlySet<string> = new Set(generateRegisters().registers.map(({ source }) => source));
/** How long a grant may go on after its file is gone. */
const BOUND = { timeout: 1000, interval: 25 };
/** For what nobody has promised a time. */
const PATIENT = { timeout: 5000, interval: 25 };

/** Another purpose, department and system, the same contract as the call that the harness makes. */
const BENEFIT: CallOptions = {
  system: 'human-resources.benefits',
  body: { purpose: 'survivor-benefit', query: { residentId: exampleResident().residentId } },
};

/** A gateway that follows its files as a deployed one does, at the interval of a deployed one. */
async function gatewayOn(root: string, sources = SOURCES): Promise<Harness> {
  const folders = { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') };
  const live = await followFiles(
    { ...folders, sourcesFile: 'sources.json', reloadIntervalMs: 250 },
    { sources, keys: () => KEYS },
  );
  const harness = await startHarness({ parts: () => ({ live, snapshot: live.state().snapshot }) });
  onTestFinished(harness.close);
  const person = record(harness.resident);
  const order = record(workOrder('13800000000'));
  harness.source.behave((req, res, query) => ('orderNumber' in query ? order : person)(req, res, query));
  return harness;
}

const statusOf = (harness: Harness, call?: CallOptions) => async (): Promise<number> =>
  (await harness.call(call)).status;

interface Policy {
  readonly live: boolean;
  readonly faults?: number;
  readonly snapshot: string;
}

async function policyOf({ gateway }: Harness): Promise<Policy & { readonly status: number }> {
  const response = await fetch(`${gateway.urls.telemetry}/readyz`);
  const { checks } = (await response.json()) as { readonly checks: { readonly policy: Policy } };
  return { status: response.status, ...checks.policy };
}

const becomesLive = async (harness: Harness, live: boolean): Promise<void> =>
  await expect.poll(async () => (await policyOf(harness)).live, PATIENT).toBe(live);

describe('a grant on a running gateway', () => {
  it('is out within a second of its file, and the refusal is entered', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    expect(await statusOf(harness)()).toBe(200);
    remove(IDENTITY)(root);
    await expect.poll(statusOf(harness), BOUND).toBe(403);
    const asked = harness.source.asked.length;
    await expectEntered(harness, await harness.call(), { code: 'grant.missing', stages: ['identify'] });
    expect(harness.source.asked).toHaveLength(asked);
    expect(await statusOf(harness, BENEFIT)()).toBe(200);
    expect(await policyOf(harness)).toMatchObject({ live: true, status: 200 });
  });

  it('is in force once its file is there, and is shown as the snapshot in force', async () => {
    const root = copyOf(remove(IDENTITY));
    const harness = await gatewayOn(root);
    const before = harness.gateway.snapshot.hash;
    expect(await statusOf(harness)()).toBe(403);
    cpSync(IDENTITY, join(root, IDENTITY));
    await expect.poll(statusOf(harness), BOUND).toBe(200);
    const { hash } = harness.gateway.snapshot;
    expect(hash).not.toBe(before);
    expect(await policyOf(harness)).toMatchObject({ snapshot: hash });
    const metrics = parseExposition(await harness.metrics());
    const shown = metrics.samples.filter(({ name }) => name === 'shuqiao_policy_snapshot_info');
    expect(shown).toEqual([expect.objectContaining({ labels: { hash }, value: 1 })]);
    expect(sampleOf(metrics, 'shuqiao_snapshot_reloads_total', { result: 'loaded' })).toBeGreaterThan(0);
    expect(sampleOf(metrics, 'shuqiao_snapshot_generation')).toBeGreaterThan(1);
    expect(harness.log.join('')).toMatch(new RegExp(`"event":"snapshot-loaded","snapshot":"${hash}"`));
  });

  it('that ends while an exchange is under way does not end that exchange, which was authorised', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    let answer = (): void => {};
    const good = record(harness.resident);
    harness.source.behave((req, res, query) => (answer = () => good(req, res, query)));
    const underWay = harness.call();
    await expect.poll(() => harness.source.asked.length).toBe(1);
    remove(IDENTITY)(root);
    await expect
      .poll(() => harness.gateway.snapshot.plans.some(({ grant }) => IDENTITY.includes(grant.id)))
      .toBe(false);
    answer();
    expect((await underWay).status).toBe(200);
    expect(await statusOf(harness)()).toBe(403);
  });
});

describe('a file that somebody broke', () => {
  it('takes its own grant out and leaves the others, is told, and is forgotten when it is repaired', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    expect(await statusOf(harness, CALL_BACK)()).toBe(200);
    rewrite(HOTLINE, () => '{')(root);
    await expect.poll(statusOf(harness, CALL_BACK), BOUND).toBe(403);
    expect(await statusOf(harness)()).toBe(200);
    expect(await policyOf(harness)).toMatchObject({ live: false, faults: 1, status: 200 });
    const broken = parseExposition(await harness.metrics());
    expect(sampleOf(broken, 'shuqiao_snapshot_live')).toBe(0);
    // The one it began with: what was refused is no generation.
    expect(sampleOf(broken, 'shuqiao_snapshot_generation')).toBe(1);
    const since = sampleOf(broken, 'shuqiao_snapshot_behind_since_timestamp_seconds') ?? 0;
    expect(since * 1000).toBeGreaterThan(Date.now() - 60_000);
    expect(since * 1000).toBeLessThanOrEqual(Date.now());
    expect(sampleOf(broken, 'shuqiao_snapshot_reloads_total', { result: 'refused' })).toBeGreaterThan(0);
    expect(harness.log.join('')).toContain(
      `"event":"snapshot-fault","file":"${join(root, HOTLINE)}","pointer":"","fault":"the file is refused as JSON (not-json)"`,
    );

    cpSync(HOTLINE, join(root, HOTLINE));
    await expect.poll(statusOf(harness, CALL_BACK), PATIENT).toBe(200);
    expect(await policyOf(harness)).toMatchObject({ live: true, status: 200 });
    expect(await policyOf(harness)).not.toHaveProperty('faults');
    const repaired = parseExposition(await harness.metrics());
    expect(sampleOf(repaired, 'shuqiao_snapshot_live')).toBe(1);
    expect(sampleOf(repaired, 'shuqiao_snapshot_generation')).toBeGreaterThan(1);
    expect(sampleOf(repaired, 'shuqiao_snapshot_behind_since_timestamp_seconds')).toBe(0);
  });

  it('does not hold up that another grant is revoked', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    rewrite(HOTLINE, () => '{')(root);
    await becomesLive(harness, false);
    remove(IDENTITY)(root);
    await expect.poll(statusOf(harness), BOUND).toBe(403);
    await expectEntered(harness, await harness.call(), { code: 'grant.missing', stages: ['identify'] });
    expect(await statusOf(harness, BENEFIT)()).toBe(200);
  });

  it('does not hold up that the grants of another contract stop when that contract changes', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    rewrite(HOTLINE, () => '{')(root);
    set(SCHEMA, '/properties/ethnicity/maxLength', 33)(root);
    await expect.poll(statusOf(harness), BOUND).toBe(403);
    expect(await statusOf(harness, BENEFIT)()).toBe(403);
    cpSync(HOTLINE, join(root, HOTLINE));
    await expect.poll(statusOf(harness), PATIENT).toBe(200);
  });

  it('takes all grants out if it is one that all of them rest on', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    rewrite('policies/systems.json', (text) => text.slice(0, -5))(root);
    await expect.poll(statusOf(harness), BOUND).toBe(403);
    expect(await statusOf(harness, BENEFIT)()).toBe(403);
    expect(await statusOf(harness, CALL_BACK)()).toBe(403);
    cpSync('policies/systems.json', join(root, 'policies/systems.json'));
    await expect.poll(statusOf(harness), PATIENT).toBe(200);
  });

  it('is also a good contract whose source is not configured', async () => {
    const root = copyOf(remove('contracts/government-services'), remove(HOTLINE));
    const sources = new Set([...SOURCES].filter((id) => !id.startsWith('government-services.')));
    const harness = await gatewayOn(root, sources);
    cpSync('contracts/government-services', join(root, 'contracts/government-services'), { recursive: true });
    await becomesLive(harness, false);
    expect(harness.log.join('')).toMatch(/"file":"sources.json",.*is not configured/);
    expect(await statusOf(harness)()).toBe(200);
    remove('contracts/government-services')(root);
    await becomesLive(harness, true);
  });
});

describe('files that are deployed', () => {
  it('in one step, by a link set on another folder, are in force whole', async () => {
    const versions = scratchFolder();
    cpSync(copyOf(), join(versions, 'v1'), { recursive: true });
    cpSync(copyOf(remove(IDENTITY)), join(versions, 'v2'), { recursive: true });
    symlinkSync('v1', join(versions, 'current'));
    const harness = await gatewayOn(join(versions, 'current'));
    expect(await statusOf(harness)()).toBe(200);
    symlinkSync('v2', join(versions, 'next'));
    renameSync(join(versions, 'next'), join(versions, 'current'));
    await expect.poll(statusOf(harness), BOUND).toBe(403);
    expect(await policyOf(harness)).toMatchObject({ live: true });
    expect(harness.log.join('')).not.toContain('snapshot-refused');
  });

  it('slowly, a piece at a time, never bring the gateway down nor let anything through that does not load', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    const whole = readFileSync(IDENTITY, 'utf8');
    const piece = Math.ceil(whole.length / 12);
    const seen = new Set<string>();
    writeFileSync(join(root, IDENTITY), '');
    await becomesLive(harness, false);
    for (let at = 0; at < whole.length; at += piece) {
      const [own, other] = await Promise.all([statusOf(harness)(), statusOf(harness, CALL_BACK)()]);
      seen.add(`${own} ${other}`);
      appendFileSync(join(root, IDENTITY), whole.slice(at, at + piece));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect([...seen]).toEqual(['403 200']);
    await expect.poll(statusOf(harness), PATIENT).toBe(200);
    await becomesLive(harness, true);
  });

  it('over and over leave the gateway answering', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    const next = join(dirname(join(root, IDENTITY)), 'next');
    const replies: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      writeFileSync(next, readFileSync(IDENTITY, 'utf8').replace('"justification": "', `"justification": "${round} `));
      renameSync(next, join(root, IDENTITY));
      replies.push(await statusOf(harness)(), await statusOf(harness, CALL_BACK)());
    }
    expect(replies.every((status) => status === 200 || status === 403)).toBe(true);
    await expect
      .poll(
        () =>
          harness.gateway.snapshot.plans.find(({ grant }) => IDENTITY.includes(grant.id))?.grant.fields[0]
            ?.justification,
        PATIENT,
      )
      .toMatch(/^19 /);
    await becomesLive(harness, true);
  });
});

describe('a gateway that stops', () => {
  it('follows its files no more', async () => {
    const root = copyOf();
    const harness = await gatewayOn(root);
    await harness.gateway.stop();
    const { hash } = harness.gateway.snapshot;
    remove(IDENTITY)(root);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(harness.gateway.snapshot.hash).toBe(hash);
    expect(harness.log.at(-1)).toContain('"event":"stopped"');
  });
});
