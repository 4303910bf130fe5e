import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { Repeated } from '../../domain/repeat.ts';

const CODES = {
  answered: 'repeat.answered',
  'under-way': 'repeat.under-way',
  unrecorded: 'repeat.unrecorded',
} as const satisfies Record<Repeated['state'], ProblemCode>;
/** Most exchanges end sooner. */
const RETRY_AFTER_SECONDS = 2;

/** Which of the three a request under a used id is told. */
export function repeatOf(repeats: Repeated): Problem {
  const wait = repeats.state === 'under-way' ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {};
  return new Problem(CODES[repeats.state], { repeats, ...wait });
}
