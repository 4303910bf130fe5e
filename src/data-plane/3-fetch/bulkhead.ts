import { Problem } from '../../domain/problem.ts';

export interface BulkheadSettings {
  /** Calls in progress at a time. */
  readonly concurrency: number;
  /** Calls that may wait for a place; one more is turned away at once. */
  readonly waiting: number;
  /** How long one may wait. */
  readonly waitMs: number;
}

/** The places of one source, so that a slow one holds no more of the gateway than it was given. */
export interface Bulkhead {
  /**
   * Resolves, first come first served, when there is a place, which the caller gives back by calling what it got, once.
   * @throws Problem `source.busy`, or the problem that the signal was aborted for
   */
  enter(signal: AbortSignal): Promise<() => void>;
  readonly inProgress: number;
  readonly waiting: number;
}

interface Waiting {
  readonly admit: () => void;
}

export function createBulkhead({ concurrency, waiting: maxWaiting, waitMs }: BulkheadSettings): Bulkhead {
  // Owned by this closure. A set keeps the order in which they came, and lets one leave from anywhere.
  const queue = new Set<Waiting>();
  let inProgress = 0;

  function place(): () => void {
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      const [next] = queue;
      // Handed on and not given back, so that nobody who comes just now overtakes who waits.
      if (next === undefined) inProgress -= 1;
      else next.admit();
    };
  }

  async function wait(signal: AbortSignal): Promise<() => void> {
    return await new Promise<() => void>((resolve, reject) => {
      const leave = (): void => {
        queue.delete(waiting);
        clearTimeout(tooLong);
        signal.removeEventListener('abort', aborted);
      };
      const waiting: Waiting = {
        admit: () => {
          leave();
          resolve(place());
        },
      };
      const aborted = (): void => {
        leave();
        reject(signal.reason);
      };
      const tooLong = setTimeout(() => {
        leave();
        reject(busy());
      }, waitMs);
      signal.addEventListener('abort', aborted, { once: true });
      queue.add(waiting);
    });
  }

  return {
    enter: async (signal) => {
      signal.throwIfAborted();
      if (inProgress < concurrency) {
        inProgress += 1;
        return place();
      }
      if (queue.size >= maxWaiting) throw busy();
      return await wait(signal);
    },
    get inProgress() {
      return inProgress;
    },
    get waiting() {
      return queue.size;
    },
  };
}

function busy(): Problem {
  return new Problem('source.busy', { retryAfterSeconds: 1 });
}
