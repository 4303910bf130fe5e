import { Problem } from '../../domain/problem.ts';
import type { Fetched, Stage, Validated } from '../states.ts';

/** Nothing that broke its contract goes further; where it did is entered, what it said is not. */
export function validate(): Stage<Fetched, Validated> {
  return async ({ answer, ...known }) => {
    if (!answer.found) return { ...known, record: null };
    if ('broken' in answer.reading)
      throw new Problem('source.contract-broken', { known: { broken: answer.reading.broken } });
    return { ...known, record: answer.reading.record };
  };
}
