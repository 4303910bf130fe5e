import type { Clock } from '../../domain/clock.ts';

const SLICES = 10;

export interface SlidingWindow {
  add(succeeded: boolean): void;
  /** Of the last `windowMs`, to a tenth of it. */
  sum(): { readonly calls: number; readonly failures: number };
  clear(): void;
}

interface Slice {
  /** The number of its tenth since the epoch. */
  at: number;
  calls: number;
  failures: number;
}

/** Counts of a window in ten slices that are used again: as large after a million calls as after one. */
export function slidingWindow(windowMs: number, clock: Clock): SlidingWindow {
  const sliceMs = windowMs / SLICES;
  const slices = Array.from({ length: SLICES }, (): Slice => ({ at: -1, calls: 0, failures: 0 }));
  const now = (): number => Math.floor(clock.now() / sliceMs);
  return {
    add: (succeeded) => {
      const at = now();
      const slice = slices[at % SLICES];
      if (slice === undefined) return;
      if (slice.at !== at) Object.assign(slice, { at, calls: 0, failures: 0 });
      slice.calls += 1;
      if (!succeeded) slice.failures += 1;
    },
    sum: () => {
      const last = now();
      // Also what a clock that was set back has left in the future.
      const live = slices.filter(({ at }) => at > last - SLICES && at <= last);
      return {
        calls: live.reduce((sum, { calls }) => sum + calls, 0),
        failures: live.reduce((sum, { failures }) => sum + failures, 0),
      };
    },
    clear: () => {
      for (const slice of slices) slice.at = -1;
    },
  };
}
