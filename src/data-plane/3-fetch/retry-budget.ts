/** No more than that is saved up, so that a quiet hour does not pay for a storm. */
const MOST = 10;

/** How many second attempts a source may have: a share of the first ones, so that a source that fails is not asked twice as often for it. */
export interface RetryBudget {
  /** A first attempt was made. */
  earn(): void;
  /** Whether one more attempt may be made; it is spent then. */
  spend(): boolean;
}

export function createRetryBudget(percent: number): RetryBudget {
  let saved = MOST;
  return {
    earn: () => {
      saved = Math.min(MOST, saved + percent / 100);
    },
    spend: () => {
      // Sums of hundredths fall short of a whole by a hair.
      if (saved < 1 - 1e-9) return false;
      saved -= 1;
      return true;
    },
  };
}
