export interface Pace {
  /** Of each so many milliseconds … */
  readonly everyMs: number;
  /** … at most so many are spent … */
  readonly spendMs: number;
  /** … unless something has been kept for so long. */
  readonly keepMs: number;
}

export interface PaceNeeds {
  readonly now: () => number;
  readonly later: (milliseconds: number, work: () => void) => void;
}

/**
 * Does work at once for as long as it costs little, and what is beyond it in its order, a little at a time: however many have to be
 * turned away, turning them away leaves most of the time to those who were let in.
 */
export function pacedWork({ everyMs, spendMs, keepMs }: Pace, { now, later }: PaceNeeds): (work: () => void) => void {
  const kept: { readonly work: () => void; readonly since: number }[] = [];
  let since = now();
  let spent = 0;
  let waiting = false;

  function spend(work: () => void): void {
    const from = now();
    work();
    spent += now() - from;
  }

  function goOn(): void {
    waiting = false;
    renew();
    let done = 0;
    for (const { work, since } of kept) {
      if (spent >= spendMs && now() - since < keepMs) break;
      spend(work);
      done += 1;
    }
    kept.splice(0, done);
    wait();
  }

  function renew(): void {
    if (now() - since < everyMs) return;
    since = now();
    spent = 0;
  }

  function wait(): void {
    if (waiting || kept.length === 0) return;
    waiting = true;
    later(everyMs, goOn);
  }

  return (work) => {
    renew();
    if (kept.length === 0 && spent < spendMs) spend(work);
    else kept.push({ work, since: now() });
    wait();
  };
}
