import type { Clock } from '../domain/clock.ts';

export interface Rate {
  /** At once, after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Whether one more of this name goes; names are of a register, so that there are no more than it has. */
export function boundedRate({ burst, perSecond }: Rate, clock: Clock): (name: string) => boolean {
  const spent = new Map<string, { readonly at: number; readonly level: number }>();
  return (name) => {
    const at = clock.now();
    const before = spent.get(name) ?? { at, level: 0 };
    const level = Math.max(0, before.level - (Math.max(0, at - before.at) / 1000) * perSecond);
    if (level + 1 > burst) return false;
    spent.set(name, { at, level: level + 1 });
    return true;
  };
}
