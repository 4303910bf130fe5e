import { describe, expect, it } from 'vitest';
import type { Expectations } from '../../../src/auditor/expectations.ts';
import type { Verification } from '../../../src/auditor/verification.ts';
import { verifyTiles } from '../../../src/auditor/verify-tiles.ts';
import { writeEntryBundle } from '../../../src/transparency/entry-bundle.ts';
import { entriesPath, TILE_WIDTH, tilePath, tilesOf } from '../../../src/transparency/tile.ts';
import { ledgerOf, readerOf, someEntries } from '../../support/ledger-rows.ts';
import { testPublisher } from '../../support/published.ts';

const SIZE = 600;
const publisher = testPublisher();
const { policy } = publisher;
const ledger = ledgerOf(someEntries(SIZE));
const leaves = ledger.rows.map(({ leaf }) => leaf);

/** As a log publishes it. */
async function published(): Promise<Map<string, Uint8Array>> {
  const files = new Map([['checkpoint', Buffer.from(publisher.publish(leaves).note)]]) as Map<string, Uint8Array>;
  for (const { level, index, width } of tilesOf(SIZE)) {
    const nodes = Array.from({ length: width }, (_, at) => ({ level: level * 8, index: index * TILE_WIDTH + at }));
    files.set(tilePath(level, index, width), Buffer.concat([...(await readerOf(ledger).hashes(SIZE)(nodes))]));
    if (level > 0) continue;
    const entries = ledger.rows.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
    files.set(entriesPath(index, width), writeEntryBundle(entries.map(({ entry }) => Buffer.from(entry))));
  }
  return files;
}
const verify = async (
  files: ReadonlyMap<string, Uint8Array>,
  expected: Expectations = { policy },
): Promise<Verification> => await verifyTiles(async (path) => await Promise.resolve(files.get(path)), expected);
async function without(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = await published();
  expect(files.delete(path)).toBe(true);
  return files;
}

describe('a folder of tiles', () => {
  it('verifies, also against a kept checkpoint and the chain that was pinned', async () => {
    const since = publisher.publish(leaves.slice(0, 300)).note;
    expect(await verify(await published())).toMatchObject({
      verdict: 'verified',
      size: SIZE,
      chain: ledger.head.chain,
    });
    const pinned = { size: SIZE, hash: ledger.head.chain };
    expect(await verify(await published(), { policy, since, pinned })).toMatchObject({ verdict: 'verified' });
  });

  it('is not anchored for who trusts others, and tampered with for who kept another checkpoint', async () => {
    expect(await verify(await published(), {})).toMatchObject({ verdict: 'consistent' });
    expect(await verify(await published(), { policy: testPublisher().policy })).toMatchObject({
      verdict: 'consistent',
    });
    const since = publisher.publish(leaves.toReversed().slice(0, 300)).note;
    expect(await verify(await published(), { policy, since })).toMatchObject({ verdict: 'tampered' });
  });

  it('is tampered with where entries are missing before others, and incomplete where anything else is', async () => {
    for (const path of [entriesPath(0), entriesPath(1)])
      expect(await verify(await without(path))).toMatchObject({ verdict: 'tampered' });
    for (const path of ['checkpoint', entriesPath(2, 88), tilePath(0, 1), tilePath(0, 2, 88), tilePath(1, 0, 2)])
      expect(await verify(await without(path))).toMatchObject({ verdict: 'incomplete' });
  });

  it('never verifies with a byte of any file changed', async () => {
    for (const [path, bytes] of await published()) {
      for (const at of [0, 1, 2, 40, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const broken = Buffer.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ 1;
        const files = (await published()).set(path, broken);
        expect([path, at, (await verify(files)).verdict]).not.toEqual([path, at, 'verified']);
      }
    }
  });
});
