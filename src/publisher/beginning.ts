import type { LogSource } from '../domain/log-source.ts';
import { type Frontier, type FrontierState, openFrontier } from '../transparency/frontier.ts';
import { perfectSubtrees } from '../transparency/leaf-range.ts';
import { TILE_WIDTH, tileHashReader } from '../transparency/tile.ts';
import { isPruneRecordOf } from './prune-record.ts';
import { PublisherRefusal } from './refusal.ts';

/** Where the publisher goes on from. */
export interface Beginning {
  readonly frontier: Frontier;
  see(entry: Uint8Array): void;
  /** @throws PublisherRefusal if what it began with is nobody's word but the database's */
  close(): void;
}

/**
 * From what was signed. Of a log that was pruned before anything of this origin was signed, from the hashes that were
 * kept: an entry behind them has to say that what they stand for was taken out.
 */
export async function beginAt(signed: FrontierState, log: LogSource): Promise<Beginning> {
  const size = signed.size > 0 ? 0 : await log.begins();
  if (size === 0) return { frontier: openFrontier(signed), see: () => {}, close: () => {} };
  const reader = tileHashReader(size, async ({ level, index, width }) => {
    const from = index * TILE_WIDTH;
    return Buffer.concat(await log.tileRoots(level - 1, from, from + width));
  });
  const frontier = openFrontier({ size, nodes: await reader(perfectSubtrees({ from: 0, to: size })) });
  const pruned = { size, root: frontier.root() };
  let isRecorded = false;
  return {
    frontier,
    see: (entry) => {
      isRecorded ||= isPruneRecordOf(entry, pruned);
    },
    close: () => {
      if (isRecorded) return;
      throw new PublisherRefusal('prune-unrecorded', `No entry says that those before ${size} were pruned.`);
    },
  };
}
