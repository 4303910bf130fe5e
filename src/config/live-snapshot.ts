import type { Clock } from '../domain/clock.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { LiveSnapshot, SnapshotObserver, SnapshotState } from '../domain/live-snapshot.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { SnapshotFolders } from '../plan/load-snapshot.ts';
import { narrowSnapshot } from '../plan/narrow-snapshot.ts';
import { type Looks, openLooks } from './looks.ts';
import { repeat } from './repeat.ts';
import { changedSince, isSame, type SeenFiles } from './see-files.ts';

export interface LiveSnapshotNeeds {
  readonly folders: SnapshotFolders;
  /** Reads all of it. @throws FaultsError with everything that is wrong */
  readonly load: () => Snapshot;
  /** Between the end of one look at the files and the next. */
  readonly intervalMs: number;
  readonly clock: Clock;
}

interface Whole {
  readonly snapshot: Snapshot;
  /** What it was made of. */
  readonly files: SeenFiles;
}

interface Held extends SnapshotState {
  /** The last that loaded without a fault. */
  readonly good: Whole;
  /** As the files were when loading was last tried. */
  readonly tried: SeenFiles;
  /** Files of the good snapshot that have not stood still since: what they gave is out until all loads again. */
  readonly changed: ReadonlySet<string>;
}

/** Who deploys in one step may do so in the middle of a reading; who writes for longer than this is told. */
const ATTEMPTS = 3;

/**
 * Contracts and policies that follow their files, and are swapped whole.
 *
 * Files that are faulty leave the last good snapshot in force, but for the plans that a changed or vanished file had a
 * part in: a grant that somebody revokes stops although somebody else's file is broken.
 *
 * A request is authorised once, by the snapshot in force at stage 2, and what was authorised is completed. So a grant
 * whose file is gone authorises nothing more after one interval and the time of a reading; an exchange that was under
 * way ends at the latest with the deadlines of its source.
 *
 * The files are looked at again and again, because events of the file system do not come through mounts and links.
 *
 * @throws FaultsError, or what else `load` throws: there is no good snapshot to start from then
 */
export async function openLiveSnapshot(needs: LiveSnapshotNeeds): Promise<LiveSnapshot> {
  const { folders, clock } = needs;
  const looks = openLooks({ folders: [folders.contractsDir, folders.policiesDir], endings: ['.json'] }, clock);
  let held = wholeOf(await loadWhole(needs, looks, await looks.all()));
  const readAgain = async (observer: SnapshotObserver): Promise<void> => {
    const seen = await looks.again(held.tried);
    if (isSame(held.tried, seen)) {
      // Not `return` alone: what was young then and has settled need not be read any more.
      held = { ...held, tried: seen };
      return;
    }
    try {
      held = wholeOf(await loadWhole(needs, looks, seen));
    } catch (error) {
      held = refused(held, seen, { needs, error });
      observer.refused(held, error instanceof FaultsError ? undefined : error);
      return;
    }
    observer.loaded(held.snapshot);
  };
  return {
    state: () => held,
    follow: (observer) => repeat(async () => await readAgain(observer), needs.intervalMs),
  };
}

/** For a gateway whose configuration stays as it is. */
export function fixedSnapshot(snapshot: Snapshot): LiveSnapshot {
  return { state: () => ({ snapshot, faults: [] }), follow: () => async () => {} };
}

/**
 * What the files say.
 * @throws FaultsError also if they do not stand still: half of one version and half of another is none
 */
async function loadWhole(needs: LiveSnapshotNeeds, looks: Looks, seen: SeenFiles): Promise<Whole> {
  let files = seen;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const snapshot = needs.load();
    const after = await looks.all(files);
    if (isSame(files, after)) return { snapshot, files };
    files = after;
  }
  throw new FaultsError([
    {
      file: needs.folders.policiesDir,
      pointer: '',
      message: 'the files changed while they were read',
      remedy: 'Wait until all are written: a running gateway reads them again by itself.',
    },
  ]);
}

function wholeOf(good: Whole): Held {
  return { snapshot: good.snapshot, faults: [], good, tried: good.files, changed: new Set() };
}

function refused(
  { good, changed: before }: Held,
  tried: SeenFiles,
  { needs, error }: { readonly needs: LiveSnapshotNeeds; readonly error: unknown },
): Held {
  const changed = new Set([...before, ...changedSince(good.files, tried)]);
  return {
    snapshot: narrowSnapshot(good.snapshot, changed, needs.folders),
    faults: faultsOf(error, needs.folders),
    good,
    tried,
    changed,
  };
}

function faultsOf(error: unknown, { contractsDir }: SnapshotFolders): readonly Fault[] {
  if (error instanceof FaultsError) return error.faults;
  const remedy = 'See the cause in the log; the files are read again when one of them changes.';
  return [{ file: contractsDir, pointer: '', message: 'the files cannot be loaded', remedy }];
}
