export interface GroupCommitOptions {
  readonly maxBatch: number;
  /** Items waiting beyond which a further one is refused at once. */
  readonly maxWaiting: number;
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
  { maxBatch, maxWaiting, isFaultOfOne }: GroupCommitOptions,
): (item: Item) => Promise<Result> {
  // Owned by this closure: the queue, and whether a commit is under way.
  const queue: Waiting<Item, Result>[] = [];
  let committing = false;

  async function drain(): Promise<void> {
    committing = true;
    while (queue.length > 0) await settle(queue.splice(0, maxBatch));
    committing = false;
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await commit(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new TypeError('a commit answered for another number of items');
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      if (batch.length > 1 && isFaultOfOne?.(error) === true) for (const waiting of batch) await settle([waiting]);
      else for (const waiting of batch) waiting.reject(error);
    }
  }

  return async (item) =>
    await new Promise<Result>((resolve, reject) => {
      if (queue.length >= maxWaiting) {
        reject(new QueueFullError());
        return;
      }
      queue.push({ item, resolve, reject });
      if (!committing) void drain();
    });
}
