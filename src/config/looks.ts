import type { Clock } from '../domain/clock.ts';
import { isSettled, listFiles, type Places, type SeenFiles, seeFiles, stampOf } from './see-files.ts';

/** Looks at the same places, over and over. */
export interface Looks {
  /** At every file. */
  all(before?: SeenFiles): Promise<SeenFiles>;
  /**
   * At as much as shows that something changed; `before` itself if nothing did. What is renamed into place, added, taken away
   * or set by a link shows at once, in its folder; of what is written in place, so many files each time have their turn.
   */
  again(before: SeenFiles): Promise<SeenFiles>;
}

/** At 4 looks a second some hundredth of a core, where all of 5,000 took half of one. */
const FILES_A_LOOK = 128;

export function openLooks(places: Places, clock: Clock): Looks {
  let folders: Stamps = new Map();
  let turn = 0;
  const all = async (before?: SeenFiles): Promise<SeenFiles> => {
    const nowMs = clock.now();
    const listed = await listFiles(places);
    // Before the files: what is changed in between shows at the next look.
    folders = await stampsOf(listed.folders, nowMs);
    return await seeFiles({ folders: [], endings: [], files: listed.files }, nowMs, before);
  };
  return {
    all,
    again: async (before) => {
      if ([...before.values()].some(({ settled }) => !settled)) return await all(before);
      const files = [...before.keys()];
      const from = turn < files.length ? turn : 0;
      turn = from + FILES_A_LOOK;
      const nowMs = clock.now();
      const now = await stampsOf(folders.keys(), nowMs);
      const some = await stampsOf(files.slice(from, turn), nowMs);
      const isSame =
        [...folders].every(([path, stamp]) => stamp !== YOUNG && now.get(path) === stamp) &&
        [...some].every(([path, stamp]) => before.get(path)?.stamp === stamp);
      return isSame ? before : await all(before);
    },
  };
}

type Stamps = ReadonlyMap<string, string>;

/** May change again and look the same. */
const YOUNG = 'young';

async function stampsOf(paths: Iterable<string>, nowMs: number): Promise<Stamps> {
  const found = [...paths].map(async (path): Promise<[string, string]> => {
    const { stamp, changedMs } = await stampOf(path);
    return [path, isSettled(changedMs, nowMs) ? stamp : YOUNG];
  });
  return new Map(await Promise.all(found));
}
