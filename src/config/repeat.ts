import { setTimeout } from 'node:timers/promises';

/** Never two at a time, and no reason for the process to stay alive. */
export function repeat(work: () => Promise<void>, intervalMs: number): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await work();
      await setTimeout(intervalMs, undefined, { ref: false, signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}
