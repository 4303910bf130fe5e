import { perfectSubtrees } from '../transparency/leaf-range.ts';
import { TILE_WIDTH } from '../transparency/tile.ts';
import { TileError } from '../transparency/tile-error.ts';
import { believeCheckpoint } from './believe-checkpoint.ts';
import { GENESIS_CHAIN } from './chain.ts';
import type { Expectations } from './expectations.ts';
import { hexOf } from './hex.ts';
import { judge, standing } from './judge.ts';
import { type Entries, takeEntries } from './take-entries.ts';
import { compareTiles, openFolder, type ReadFile, type TileFolder } from './tile-folder.ts';
import { UnreadableError, type Verification } from './verification.ts';

/** What a log publishes (C2SP tlog-tiles), as files: `checkpoint`, `tile/<L>/<N>`, `tile/entries/<N>`. */
export async function verifyTiles(readFile: ReadFile, expected: Expectations = {}): Promise<Verification> {
  try {
    return await verify(readFile, expected);
  } catch (error) {
    if (!(error instanceof TileError || error instanceof UnreadableError)) throw error;
    const nothing = { from: 0, size: 0, root: '', chain: '', anchored: 0, kinds: {} };
    return { verdict: 'incomplete', ...nothing, missing: `a readable folder (${error.message})` };
  }
}

async function verify(readFile: ReadFile, expected: Expectations): Promise<Verification> {
  const note = textOf((await readFile('checkpoint')) ?? new Uint8Array());
  const belief = note === undefined ? undefined : believeCheckpoint(note, expected.policy);
  if (note === undefined || belief === undefined || belief.kind === 'malformed')
    throw new UnreadableError('checkpoint is none');
  const { size, root } = belief.checkpoint;
  const folder = openFolder(readFile, size);
  const from = await beginningOf(folder, size);
  const nodes = await folder.hashes(perfectSubtrees({ from: 0, to: from }));
  const begun = { size: from, nodes, chain: from === 0 ? GENESIS_CHAIN : undefined };
  const entries = takeEntries(begun, size, expected);
  const reason = await readAll(folder, { entries, size });
  if (reason !== undefined)
    return { ...standing(entries), verdict: 'tampered', anchored: 0, breach: { index: entries.log.size, reason } };
  const claim = { size, root: hexOf(root), chain: undefined, note, proof: undefined, record: undefined };
  return judge({ entries, pruned: from > 0 ? from : undefined, claim, isWhole: false }, expected);
}

/** The index of the first entry that is there. */
async function beginningOf(folder: TileFolder, size: number): Promise<number> {
  let index = 0;
  while (index * TILE_WIDTH < size && (await folder.bundle(index)) === undefined) index += 1;
  return Math.min(index * TILE_WIDTH, size);
}

/** Why the folder is not what was published, if it is not. */
async function readAll(
  folder: TileFolder,
  { entries, size }: { readonly entries: Entries; readonly size: number },
): Promise<string | undefined> {
  const tiles = await compareTiles(folder, entries.from);
  for (let index = entries.from / TILE_WIDTH; index * TILE_WIDTH < size; index += 1) {
    const bundle = await folder.bundle(index);
    if (bundle === undefined) {
      // A copy that was not finished ends early, but has no hole.
      if ((index + 1) * TILE_WIDTH >= size) throw new UnreadableError('the last entries are not there');
      return `the entries from index ${entries.log.size} on are missing`;
    }
    for (const bytes of bundle) {
      const text = textOf(bytes);
      const taken = text === undefined ? undefined : entries.take(text);
      if (taken?.entry === undefined) return 'the entry is not canonical JSON';
      const different = await tiles.add(Buffer.from(taken.leaf, 'hex'));
      if (different !== undefined) return `an entry or ${different} was changed: they do not fit each other`;
    }
  }
  const different = await tiles.end();
  return different === undefined ? undefined : `an entry or ${different} was changed: they do not fit each other`;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
