import { Problem } from '../../domain/problem.ts';
import type { Repeated } from '../../domain/repeat.ts';

/** Most exchanges end sooner. */
const RETRY_AFTER_SECONDS = 2;

/** What a request under a used id is told. */
export function repeatOf(repeats: Repeated): Problem {
  const wait = repeats.state === 'under-way' ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {};
  return new Problem(`repeat.${repeats.state}`, { repeats, ...wait });
}
