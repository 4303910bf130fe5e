import type { Grant } from '../domain/grant.ts';
import type { LiveSnapshot } from '../domain/live-snapshot.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { withBreakGlass } from '../plan/plan-break-glass.ts';

export interface LiveBreakGlass {
  /** What is configured, and what is open beside it. */
  readonly live: LiveSnapshot;
  /** Reads again what is open. */
  look(): Promise<void>;
  /** Ids of what is open, and of those that are not in force because they do not fit what is configured. */
  state(): { readonly open: readonly string[]; readonly refused: readonly string[] };
}

interface Made {
  readonly of: Snapshot;
  readonly open: readonly Grant[];
  readonly snapshot: Snapshot;
  readonly refused: readonly string[];
}

/**
 * Grants that are opened in an emergency 应急, put into the snapshot by every gateway itself: compiled against the
 * contracts, floors and ceilings that are in force there, now and whenever those change. While files are faulty nothing is
 * open: which of them a grant would rest on is not known of one that has no file.
 */
export function liveBreakGlass(
  live: LiveSnapshot,
  read: () => Promise<readonly Grant[]>,
  keys: () => TreatmentKeys | undefined,
): LiveBreakGlass {
  // Owned by this closure: what was read last, and what was made of it.
  let open: readonly Grant[] = [];
  let made: Made | undefined;
  const madeNow = (): Made => {
    const { snapshot, faults } = live.state();
    const opened = faults.length === 0 ? open : [];
    if (made?.of !== snapshot || made.open !== opened) {
      const whole = opened.length === 0 ? { snapshot, refused: [] } : withBreakGlass(snapshot, opened, keys());
      made = { of: snapshot, open: opened, ...whole };
    }
    return made;
  };
  return {
    live: {
      state: () => ({ snapshot: madeNow().snapshot, faults: live.state().faults }),
      follow: live.follow,
    },
    look: async () => {
      const now = await read();
      if (JSON.stringify(now) !== JSON.stringify(open)) open = now;
    },
    state: () => ({ open: open.map(({ id, breakGlass = id }) => breakGlass), refused: madeNow().refused }),
  };
}
