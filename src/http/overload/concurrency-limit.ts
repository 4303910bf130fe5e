export interface LimitSettings {
  /** As many always go at a time, however slow everything is. */
  readonly floor: number;
  /** And never more than so many. */
  readonly ceiling: number;
}

/** How many exchanges the gateway works on at a time. */
export interface ConcurrencyLimit {
  readonly current: number;
  /** How long a step took that waits for nobody but what all exchanges share; how many were at work meanwhile. */
  observe(milliseconds: number, atWork: number): void;
}

/** Long enough for a mean, short enough to see a rush within a tenth of a second. */
const WINDOW_MS = 100;
const LEAST_SAMPLES = 20;
/** A window of few samples ends late: what they say of now is little. */
const LONGEST_WINDOW_MS = 1_000;
/** So much longer than unloaded is still called unloaded; beyond it more at a time only makes each wait. */
const TOLERANCE = 2;
/** What the clock, the disk and the collector of garbage do by themselves: on a fast machine twice of next to nothing. */
const LEAST_SLACK_MS = 5;
/** With so few at work nobody waits for another, and what is measured is the price without load. */
const UNLOADED_AT_WORK = 2;
const FOLLOW_BASELINE = 0.2;
/** At the floor nothing is left to give up, so that a database that became slower for good has to become the measure: in about a minute. */
const RAISE_BASELINE_AT_FLOOR = 1.002;
const MOST_CUT = 0.7;
const RAISE = 0.1;

interface Window {
  readonly since: number;
  samples: number;
  sum: number;
  mostAtWork: number;
}

/**
 * Additive increase, multiplicative decrease, by how long the gateway's own steps take against what they take unloaded.
 * Only steps that wait for the event loop and the database are observed: a slow source, or a caller who sends slowly, says
 * nothing about how much the gateway can do, and a limit that followed them would make everybody pay for one.
 */
export function concurrencyLimit({ floor, ceiling }: LimitSettings, now: () => number): ConcurrencyLimit {
  let limit = Math.min(ceiling, floor * 2);
  let baseline: number | undefined;
  let window = open();

  function open(): Window {
    return { since: now(), samples: 0, sum: 0, mostAtWork: 0 };
  }

  function learn(mean: number, mostAtWork: number): number {
    if (baseline === undefined) return mean;
    if (mostAtWork <= UNLOADED_AT_WORK) return baseline + FOLLOW_BASELINE * (mean - baseline);
    const lowest = Math.min(baseline, mean);
    return limit === floor && mean > targetOf(lowest) ? lowest * RAISE_BASELINE_AT_FLOOR : lowest;
  }

  function close({ samples, sum, mostAtWork }: Window): void {
    const mean = sum / samples;
    const known = learn(mean, mostAtWork);
    baseline = known;
    const target = targetOf(known);
    if (mean > target) limit = Math.max(floor, Math.floor(limit * Math.max(MOST_CUT, target / mean)));
    // What nobody used was not tried out.
    else if (mostAtWork >= limit) limit = Math.min(ceiling, limit + Math.max(1, Math.floor(limit * RAISE)));
  }

  return {
    get current() {
      return limit;
    },
    observe: (milliseconds, atWork) => {
      window.samples += 1;
      window.sum += milliseconds;
      window.mostAtWork = Math.max(window.mostAtWork, atWork);
      const lasted = now() - window.since;
      if (lasted < (window.samples < LEAST_SAMPLES ? LONGEST_WINDOW_MS : WINDOW_MS)) return;
      close(window);
      window = open();
    },
  };
}

function targetOf(baseline: number): number {
  return Math.max(baseline * TOLERANCE, baseline + LEAST_SLACK_MS);
}
