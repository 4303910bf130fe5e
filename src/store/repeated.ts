import { OUTCOMES } from '../domain/ledger-entry.ts';
import { RELEASED_WITHIN_MS, type Repeated } from '../domain/repeat.ts';

/** With room for a clock of PostgreSQL that is set while an exchange is under way. */
export const RELEASED_WITHIN = `${RELEASED_WITHIN_MS + 30_000} milliseconds`;

export interface RepeatedRow {
  readonly first: string | null;
  readonly index: string | number | null;
  readonly leaf: string | null;
  readonly outcome: string | null;
}

/** Undefined for what is no answer of the functions of 0011. */
export function repeatedOf(state: string | undefined, row: RepeatedRow): Repeated | undefined {
  const { first, index, leaf } = row;
  if (state === 'under-way' || state === 'unrecorded') return { state, exchange: first ?? undefined };
  const outcome = OUTCOMES.find((known) => known === row.outcome);
  if (state !== 'answered' || first === null || index === null || leaf === null || outcome === undefined)
    return undefined;
  return { state, exchange: first, outcome, receipt: { index: Number(index), leaf } };
}
