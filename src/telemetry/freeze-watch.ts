import { EVERYTHING, FREEZE_KINDS, type Freezable } from '../domain/freeze.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './telemetry-handler.ts';
import { toldOnce } from './told-once.ts';

export interface FreezeWatch {
  look(): Promise<void>;
  /** What `/readyz` says of it. A gateway that is frozen is ready: who asks has to hear that, and not find nobody there. */
  check(): Readiness['checks'][string];
}

/** Tells what is frozen: a metric each time, a line in the log of each that comes and goes, and when looking begins to fail. */
export function watchFreezes(
  all: () => Promise<ReadonlyMap<string, Freezable>>,
  metrics: Pick<Metrics, 'setFreezes'>,
  log: Log,
): FreezeWatch {
  // Owned by this closure: what was told last.
  let told: ReadonlyMap<string, Freezable> = new Map();
  const sight = toldOnce(log, 'freezes-unreadable');
  const tell = (frozen: ReadonlyMap<string, Freezable>): void => {
    for (const kind of FREEZE_KINDS) metrics.setFreezes(kind, countOf(frozen, kind));
    // By their kinds only: what stands for a token or a person's system is the ledger's to say.
    for (const [name, { kind }] of frozen) if (!told.has(name)) log.write('warn', 'frozen', { frozen: kind });
    for (const [name, { kind }] of told) if (!frozen.has(name)) log.write('warn', 'freeze-lifted', { frozen: kind });
    told = frozen;
  };
  return {
    look: async () => {
      try {
        tell(await all());
        sight.succeeded();
      } catch (error) {
        sight.failed(error);
      }
    },
    check: () => ({ everything: countOf(told, EVERYTHING.kind) > 0, total: told.size }),
  };
}

function countOf(frozen: ReadonlyMap<string, Freezable>, kind: Freezable['kind']): number {
  return [...frozen.values()].filter((thing) => thing.kind === kind).length;
}
