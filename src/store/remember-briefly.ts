/** Together with the question itself less than the second after which a change has to be out. */
const REMEMBERED_MS = 500;
/** Answers kept; the oldest goes. Who makes up names must not fill the memory. */
const MAX_REMEMBERED = 4096;

/**
 * Asks the database once for what many exchanges want to know at the same time, and again after half a second. A question
 * that failed is not remembered: a database that is away is an error, never the last answer.
 */
export function rememberBriefly<Key extends readonly string[], Value>(
  ask: (...key: Key) => Promise<Value>,
  now: () => number = performance.now.bind(performance),
): (...key: Key) => Promise<Value> {
  // Owned by this closure: what was answered, and when it was asked.
  const known = new Map<string, { readonly askedAt: number; readonly answer: Promise<Value> }>();
  return async (...key) => {
    const name = JSON.stringify(key);
    const held = known.get(name);
    if (held !== undefined && now() - held.askedAt < REMEMBERED_MS) return await held.answer;
    const asked = { askedAt: now(), answer: ask(...key) };
    known.delete(name);
    known.set(name, asked);
    const oldest = known.size > MAX_REMEMBERED ? known.keys().next() : undefined;
    if (oldest?.done === false) known.delete(oldest.value);
    try {
      return await asked.answer;
    } catch (error) {
      if (known.get(name) === asked) known.delete(name);
      throw error;
    }
  };
}
