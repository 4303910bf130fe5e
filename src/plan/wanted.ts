import { isInMapOf } from '../schema/form.ts';

/**
 * The outputs that an answer to a request for some of them may hold: a value of a map comes with its key, asked for or
 * not, and what comes is recorded.
 */
export function withKeys(wanted: readonly string[], outputs: Iterable<string>): ReadonlySet<string> {
  const keys = [...outputs].filter((output) => wanted.some((one) => isInMapOf(output, one)));
  return new Set([...wanted, ...keys]);
}
