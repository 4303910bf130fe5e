import { errorName, errorPlace, type Log, type LogEvent } from './log.ts';

/** An error line when looking begins to fail, and none while it goes on failing. */
export interface ToldOnce {
  failed(error: unknown): void;
  succeeded(): void;
}

export function toldOnce(log: Log, event: LogEvent): ToldOnce {
  // Owned by this closure: whether it was told.
  let isTold = false;
  return {
    failed: (error) => {
      if (!isTold) log.write('error', event, { cause: errorName(error), at: errorPlace(error) });
      isTold = true;
    },
    succeeded: () => {
      isTold = false;
    },
  };
}
