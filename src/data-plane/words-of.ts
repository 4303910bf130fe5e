import type { RequestFacts } from '../domain/exchange-facts.ts';

/** Case and officer, as far as the caller named them. */
export function wordsOf({ case: matter, officer }: RequestFacts): Readonly<Record<string, string>> {
  return { ...(matter === undefined ? {} : { case: matter }), ...(officer === undefined ? {} : { officer }) };
}
