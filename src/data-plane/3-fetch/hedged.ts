import { Problem } from '../../domain/problem.ts';

type Begin<T> = (signal: AbortSignal) => Promise<T>;

export interface Hedging {
  readonly afterMs: number;
  /** Asked once the first is slow. */
  readonly maySecond: () => boolean;
}

/**
 * Begins it a second time if the first has not ended in time. Who answers first is the answer, and the other is ended; if
 * both fail, the first one's failure is.
 */
export async function hedged<T>(begin: Begin<T>, { afterMs, maySecond }: Hedging): Promise<T> {
  const ending = new AbortController();
  const first = begin(ending.signal);
  const runs = [first];
  try {
    if (!(await endsWithin(first, afterMs)) && maySecond()) runs.push(begin(ending.signal));
    return await Promise.any(runs);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    ending.abort(new Problem('internal'));
  }
}

async function endsWithin(run: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = run.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, slow]);
  } finally {
    clearTimeout(timer);
  }
}
