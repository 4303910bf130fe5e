import type { Outcome, Receipt } from './ledger-entry.ts';

/** An exchange that has ended, as the ledger has it. */
export interface EndedExchange {
  readonly exchange: string;
  readonly outcome: Outcome;
  readonly receipt: Receipt;
}

/**
 * What became of the request that first used an id. `under-way`: it has no entry yet. `unrecorded`: it has none, and
 * whatever may come of it, nothing of it is released any more.
 */
export type Repeated =
  | ({ readonly state: 'answered' } & EndedExchange)
  | { readonly state: 'under-way' | 'unrecorded'; readonly exchange: string | undefined };

/**
 * An answer leaves within this time of its request, or never: the promise that makes `unrecorded` true in every gateway
 * of the cluster, also of one that hangs.
 */
export const RELEASED_WITHIN_MS = 120_000;
