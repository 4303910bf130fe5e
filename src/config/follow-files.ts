import type { Clock } from '../domain/clock.ts';
import { FaultsError } from '../domain/fault.ts';
import type { LiveSnapshot } from '../domain/live-snapshot.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { rememberingSteps } from '../plan/compile-steps.ts';
import { loadSnapshot } from '../plan/load-snapshot.ts';
import type { Config } from './config.ts';
import { openLiveSnapshot } from './live-snapshot.ts';

/** Ids of the sources that are configured. */
type Sources = Pick<ReadonlySet<string>, 'has'>;

export interface FollowNeeds {
  readonly sources: Sources;
  /** As the key ring has them when a grant is compiled. */
  readonly keys: () => TreatmentKeys | undefined;
  readonly clock?: Clock;
}

/**
 * The contracts and policies of the configured folders, as they are now and as they become.
 * @throws FaultsError with everything that is wrong with them now
 */
export async function followFiles(
  config: Pick<Config, 'contractsDir' | 'policiesDir' | 'sourcesFile' | 'reloadIntervalMs'>,
  { sources, keys, clock = { now: Date.now } }: FollowNeeds,
): Promise<LiveSnapshot> {
  const { contractsDir, policiesDir, sourcesFile, reloadIntervalMs: intervalMs } = config;
  const folders = { contractsDir, policiesDir };
  const steps = rememberingSteps();
  const load = (): Snapshot => {
    const snapshot = loadSnapshot(folders, keys(), steps);
    refuseMissingSources(snapshot, sources, sourcesFile);
    return snapshot;
  };
  return await openLiveSnapshot({ folders, load, intervalMs, clock });
}

/**
 * A contract whose source is not configured would only fail when somebody needs it.
 * @throws FaultsError
 */
export function refuseMissingSources({ contracts }: Snapshot, sources: Sources, sourcesFile: string): void {
  const faults = [...contracts.values()]
    .filter(({ source }) => !sources.has(source.id))
    .map(({ id, source }) => ({
      file: sourcesFile,
      pointer: '/sources',
      message: `the source ${source.id} of ${id} is not configured`,
      remedy: 'Add it, or take the contract out.',
    }));
  if (faults.length > 0) throw new FaultsError(faults);
}
