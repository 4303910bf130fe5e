/** What several wait for is not ended by one who will not wait: only that one gets the reason of its signal. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let leave = (): void => {};
  const leaving = new Promise<never>((_resolve, reject) => {
    leave = () =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason }));
  });
  // Whoever leaves first does not wait for the other.
  work.catch(() => {});
  leaving.catch(() => {});
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (signal.aborted) leave();
    return await Promise.race([leaving, work]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
