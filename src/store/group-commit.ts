import { setImmediate } from 'node:timers/promises';

export interface GroupCommitOptions {
  readonly maxBatch: number;
  /** Items waiting beyond which a further one is refused at once. */
  readonly maxWaiting: number;
  /** How long the oldest may have waited before a further one is refused at once, and it itself when a commit failed. */
  readonly maxWaitMs: number;
  /** Whether a batch failed for what one of its items is: then each is committed by itself, once, and only that one fails. */
  isFaultOfOne?(error: unknown): boolean;
}

export class QueueFullError extends Error {
  constructor() {
    super('too many entries wait to be written');
    this.name = 'QueueFullError';
  }
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly since: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Writes at once when idle; while a commit is under way, collects, and writes all of that with the next. No timer: it
 * bought no throughput and cost a single caller 3 ms (reference measurements in docs/decisions/0006).
 * @param commit writes a batch and answers in its order; if it rejects, every item of the batch does
 */
export function groupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxBatch, maxWaiting, maxWaitMs, isFaultOfOne }: GroupCommitOptions,
  now: () => number = performance.now.bind(performance),
): (item: Item) => Promise<Result> {
  // Owned by this closure: the queue, and whether a commit is under way.
  const queue: Waiting<Item, Result>[] = [];
  let committing = false;

  const waitedTooLong = ({ since }: Waiting<Item, Result>): boolean => now() - since > maxWaitMs;

  function isFull(): boolean {
    const [oldest] = queue;
    return queue.length >= maxWaiting || (oldest !== undefined && waitedTooLong(oldest));
  }

  /** A database that fails slowly would be asked for one batch after the other by callers that are long past waiting. */
  function refuseOverdue(): void {
    while (queue[0] !== undefined && waitedTooLong(queue[0])) queue.shift()?.reject(new QueueFullError());
  }

  async function drain(): Promise<void> {
    committing = true;
    while (queue.length > 0) {
      const batch = queue.splice(0, maxBatch);
      await settle(batch);
      // One turn: who was just answered and writes again comes along, instead of two parts that wait for each other.
      if (batch.length > 1 || queue.length > 0) await setImmediate();
    }
    committing = false;
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await commit(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new TypeError('a commit answered for another number of items');
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      if (batch.length > 1 && isFaultOfOne?.(error) === true) for (const waiting of batch) await settle([waiting]);
      else {
        for (const waiting of batch) waiting.reject(error);
        refuseOverdue();
      }
    }
  }

  return async (item) =>
    await new Promise<Result>((resolve, reject) => {
      if (isFull()) {
        reject(new QueueFullError());
        return;
      }
      queue.push({ item, since: now(), resolve, reject });
      if (!committing) void drain();
    });
}
