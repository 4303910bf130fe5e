import type { Clock } from '../domain/clock.ts';
import type { Secret } from '../domain/source-settings.ts';

/** How old what was read may be before it is read again. */
const REREAD_MS = 5_000;

/** Follows what is read when it is asked for: a time of change is no proof of it. `read` gives the latest again where nothing better is there. */
export function rereading<T>(first: T, read: (latest: T) => Promise<T>, clock: Clock): Secret<T> {
  let latest = first;
  let readAt = clock.now();
  return {
    current: async () => {
      // Either way: a clock that was set back must not keep an old secret.
      if (Math.abs(clock.now() - readAt) >= REREAD_MS) {
        readAt = clock.now();
        latest = await read(latest);
      }
      return latest;
    },
  };
}
