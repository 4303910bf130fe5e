import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLiveSnapshot } from '../../../src/config/live-snapshot.ts';
import { FaultsError } from '../../../src/domain/fault.ts';
import type { LiveSnapshot } from '../../../src/domain/live-snapshot.ts';
import type { Snapshot } from '../../../src/domain/snapshot.ts';
import { copyOf, load, remove, rewrite, set } from '../../contracts/broken-copy.ts';

const INTERVAL_MS = 20;
const PATIENT = { timeout: 5000 };
const IDENTITY = 'policies/grants/open-a-shop-identity.json';
const HOTLINE = 'policies/grants/hotline-call-back.json';
/** A good grant for a need that no other covers. */
const ANOTHER = {
  ...(JSON.parse(readFileSync(IDENTITY, 'utf8')) as object),
  id: 'another',
  purpose: 'survivor-benefit',
};
const ALL_GRANTS = load('.').plans.map(({ grant }) => grant.id);

interface Followed {
  readonly live: LiveSnapshot;
  /** What it was told, in order. */
  readonly told: ('loaded' | 'refused')[];
  readonly causes: unknown[];
  readonly loads: () => number;
  readonly stop: () => Promise<void>;
}

async function follow(root: string, loadWith: (root: string) => Snapshot = load): Promise<Followed> {
  let loads = 0;
  const live = await openLiveSnapshot({
    folders: { contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') },
    load: () => {
      loads += 1;
      return loadWith(root);
    },
    intervalMs: INTERVAL_MS,
    clock: { now: Date.now },
  });
  const told: Followed['told'] = [];
  const causes: unknown[] = [];
  const stop = live.follow({
    loaded: () => told.push('loaded'),
    refused: (_state, cause) => {
      told.push('refused');
      if (cause !== undefined) causes.push(cause);
    },
  });
  onTestFinished(stop);
  return { live, told, causes, loads: () => loads, stop };
}

const grants = ({ live }: Followed): readonly string[] => live.state().snapshot.plans.map(({ grant }) => grant.id);
const but = (...gone: readonly string[]): readonly string[] => ALL_GRANTS.filter((id) => !gone.includes(id));
/** A file that is being written may be seen empty first, and be refused once more. */
const refusedIn = async ({ told }: Followed): Promise<void> =>
  await expect.poll(() => told.at(-1), PATIENT).toBe('refused');
const isLive = ({ live }: Followed): boolean => live.state().faults.length === 0;
const intervals = async (count: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, count * INTERVAL_MS));

describe('a snapshot that follows its files', () => {
  it('begins with what they say', async () => {
    const followed = await follow(copyOf());
    expect(followed.live.state().snapshot.hash).toBe(load('.').hash);
    expect(isLive(followed)).toBe(true);
  });

  it('does not begin with faulty files, and names every fault', async () => {
    const opening = follow(
      copyOf(
        rewrite(IDENTITY, () => '{'),
        remove('policies/systems.json'),
      ),
    );
    await expect(opening).rejects.toThrow(FaultsError);
    await expect(opening).rejects.toThrow(/systems\.json.*\n.*open-a-shop-identity\.json/s);
  });

  it('does not begin with files that go on changing while they are read', async () => {
    const opening = follow(copyOf(), (root) => {
      const snapshot = load(root);
      rewrite(HOTLINE, (text) => `${text} `)(root);
      return snapshot;
    });
    await expect(opening).rejects.toThrow(/changed while they were read/);
  });

  it('does not load them again while nothing changes', async () => {
    const followed = await follow(copyOf());
    await intervals(10);
    expect(followed.loads()).toBe(1);
    expect(followed.told).toEqual([]);
  });

  it('is swapped whole for what they say now, a new object', async () => {
    const root = copyOf();
    const followed = await follow(root);
    const before = followed.live.state().snapshot;
    remove(HOTLINE)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back'));
    expect(before.plans).toHaveLength(ALL_GRANTS.length);
    expect(followed.told).toEqual(['loaded']);
    expect(followed.live.state().snapshot.hash).toBe(load(root).hash);
  });

  it('takes no half of one version with half of another: what changed meanwhile is read again at once', async () => {
    const root = copyOf();
    const followed = await follow(root, (from) => {
      const snapshot = load(from);
      if (!snapshot.plans.some(({ grant }) => grant.id === 'hotline-call-back'))
        rmSync(join(from, IDENTITY), { force: true });
      return snapshot;
    });
    remove(HOTLINE)(root);
    await expect.poll(() => followed.told, PATIENT).toEqual(['loaded']);
    expect(grants(followed)).toEqual(but('hotline-call-back', 'open-a-shop-identity'));
    expect(followed.loads()).toBe(3);
  });

  it('is not kept in memory when another has taken its place', async () => {
    const root = copyOf();
    const followed = await follow(root);
    remove(HOTLINE)(root);
    await expect.poll(() => followed.told, PATIENT).toEqual(['loaded']);
    const old = new WeakRef(followed.live.state().snapshot);
    remove(IDENTITY)(root);
    await expect.poll(() => followed.told, PATIENT).toEqual(['loaded', 'loaded']);
    setFlagsFromString('--expose-gc');
    await expect.poll(() => ((runInNewContext('gc') as () => void)(), old.deref()), PATIENT).toBeUndefined();
  });

  it('is looked at no more after it was told to stop', async () => {
    const root = copyOf();
    const followed = await follow(root);
    await followed.stop();
    remove(HOTLINE)(root);
    await intervals(10);
    expect(grants(followed)).toEqual(ALL_GRANTS);
    expect(followed.loads()).toBe(1);
  });
});

describe('a snapshot whose files have become faulty', () => {
  it('stays, but for what the broken file gave, with the faults told', async () => {
    const root = copyOf();
    const followed = await follow(root);
    rewrite(HOTLINE, () => '{')(root);
    await refusedIn(followed);
    expect(grants(followed)).toEqual(but('hotline-call-back'));
    expect(followed.live.state().faults).toEqual([
      expect.objectContaining({ file: join(root, HOTLINE), message: 'the file is refused as JSON (not-json)' }),
    ]);
  });

  it('is tried again when a file changes and not before', async () => {
    const root = copyOf();
    const followed = await follow(root);
    rewrite(HOTLINE, () => '{')(root);
    await refusedIn(followed);
    await intervals(5);
    const loads = followed.loads();
    await intervals(10);
    expect(followed.loads()).toBe(loads);
    rewrite(HOTLINE, () => '{"')(root);
    await expect.poll(() => followed.loads(), PATIENT).toBeGreaterThan(loads);
  });

  it('loses a grant that is revoked meanwhile', async () => {
    const root = copyOf();
    const followed = await follow(root);
    rewrite(HOTLINE, () => '{')(root);
    await refusedIn(followed);
    remove(IDENTITY)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back', 'open-a-shop-identity'));
  });

  it('gains nothing: neither a new grant nor more of one that changed', async () => {
    const root = copyOf();
    const followed = await follow(root);
    rewrite(HOTLINE, () => '{')(root);
    writeFileSync(join(root, 'policies/grants/another.json'), JSON.stringify(ANOTHER));
    const more = { treatment: 'keep', path: '/mobile', justification: 'More.' };
    set(IDENTITY, '/fields/2', more)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back', 'open-a-shop-identity'));
    expect(isLive(followed)).toBe(false);
  });

  it('does not get back what changed and was then as before, until all of it loads', async () => {
    const root = copyOf();
    const followed = await follow(root);
    rewrite(HOTLINE, () => '{')(root);
    let original = '';
    rewrite(IDENTITY, (text) => `${(original = text)} `)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back', 'open-a-shop-identity'));
    const before = followed.loads();
    rewrite(IDENTITY, () => original)(root);
    await expect.poll(() => followed.loads(), PATIENT).toBeGreaterThan(before);
    expect(grants(followed)).toEqual(but('hotline-call-back', 'open-a-shop-identity'));
    remove(HOTLINE)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back'));
    expect(isLive(followed)).toBe(true);
  });

  it.each(['contracts', 'policies'])(
    'leaves nothing in force without the folder %s, until it is back',
    async (name) => {
      const root = copyOf();
      const followed = await follow(root);
      renameSync(join(root, name), join(root, 'away'));
      await expect.poll(() => grants(followed), PATIENT).toEqual([]);
      expect(isLive(followed)).toBe(false);
      renameSync(join(root, 'away'), join(root, name));
      await expect.poll(() => grants(followed), PATIENT).toEqual(ALL_GRANTS);
      expect(isLive(followed)).toBe(true);
    },
  );

  it('stays the same way if loading ends in another error, and goes on following', async () => {
    const root = copyOf();
    const followed = await follow(root, (from) => {
      if (load(from).plans.length < ALL_GRANTS.length) throw new TypeError('not foreseen');
      return load(from);
    });
    const text = readFileSync(HOTLINE);
    remove(HOTLINE)(root);
    await expect.poll(() => grants(followed), PATIENT).toEqual(but('hotline-call-back'));
    expect(followed.causes).toEqual([new TypeError('not foreseen')]);
    expect(followed.told).toEqual(['refused']);
    expect(followed.live.state().faults).toHaveLength(1);
    expect(JSON.stringify(followed.live.state().faults)).not.toContain('not foreseen');
    writeFileSync(join(root, HOTLINE), text);
    await expect.poll(() => isLive(followed), PATIENT).toBe(true);
    expect(grants(followed)).toEqual(ALL_GRANTS);
  });
});
