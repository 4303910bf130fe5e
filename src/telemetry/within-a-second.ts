const LONGEST_MS = 1000;

/**
 * Asks something that may take long or fail, and answers within a second, with `otherwise` if it did not. While one
 * question is under way it is the one of everybody who asks: a database that hangs is not asked over and over.
 */
export function withinASecond<Value>(ask: () => Promise<Value>, otherwise: Value): () => Promise<Value> {
  // Owned by this closure: the question under way.
  let asking: Promise<Value> | undefined;
  return async () => {
    const asked = (asking ??= ask()
      .catch(() => otherwise)
      .finally(() => (asking = undefined)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Value>((resolve) => {
      timer = setTimeout(resolve, LONGEST_MS, otherwise);
    });
    return await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  };
}
