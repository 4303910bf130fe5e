import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { toldOnce } from './told-once.ts';

interface Watched {
  look(): Promise<void>;
  state(): { readonly open: readonly string[]; readonly refused: readonly string[] };
}

/** Looks, and tells: how many are in force, and a line in the log of each that opens, ends, or does not fit. */
export function watchBreakGlass(
  watched: Watched,
  metrics: Pick<Metrics, 'setBreakGlass'>,
  log: Log,
): () => Promise<void> {
  // Owned by this closure: what was told last.
  let told: ReturnType<Watched['state']> = { open: [], refused: [] };
  const sight = toldOnce(log, 'break-glass-unreadable');
  return async () => {
    try {
      await watched.look();
      sight.succeeded();
    } catch (error) {
      // What was open goes on until its end: without a database nothing is released anyway.
      sight.failed(error);
    }
    const now = watched.state();
    metrics.setBreakGlass(now.open.length - now.refused.length);
    for (const id of added(told.open, now.open)) log.write('warn', 'break-glass-opened', { breakGlass: id });
    for (const id of added(told.refused, now.refused)) log.write('error', 'break-glass-refused', { breakGlass: id });
    for (const id of added(now.open, told.open)) log.write('warn', 'break-glass-ended', { breakGlass: id });
    told = now;
  };
}

function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((id) => !before.includes(id));
}
