import type { TrustedCheckpoint } from '../transparency/trust-policy.ts';

/** Why a log is not what was once written, with the first index at which it shows. */
export interface Breach {
  readonly index: number;
  readonly reason: string;
}

/**
 * `consistent`: all of it holds together, and not all of it was compared with something that is kept elsewhere; who can
 * write the whole database can make such a log. `incomplete`: nothing contradicts, and there is not enough to tell.
 */
export type Verdict = 'verified' | 'tampered' | 'consistent' | 'incomplete';

export interface VerifiedCheckpoint {
  readonly origin: string;
  readonly size: number;
  readonly cosignedBy: TrustedCheckpoint['cosignedBy'];
  /** The note itself: what to keep for the next time. */
  readonly note: string;
}

export interface Verification {
  readonly verdict: Verdict;
  /** The first entry that was read, and how many there are with those before it. */
  readonly from: number;
  readonly size: number;
  /** RFC 6962 root and running chain after the last one, hex; no chain where nothing says how it began. */
  readonly root: string;
  readonly chain: string;
  /** How many entries, from the first of the log on, are as something says that was kept or signed elsewhere. */
  readonly anchored: number;
  readonly breach?: Breach;
  /** What is missing for `verified`. */
  readonly missing?: string;
  /** That the trust policy believes. */
  readonly checkpoint?: VerifiedCheckpoint;
  /** Entries that were taken out with a record of it: the first `to` of them, by the entry at the index `by`. */
  readonly pruned?: { readonly to: number; readonly by: number };
  /** How many entries of other kinds than `exchange` were read; kinds that this verifier does not know are `other`. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Why something is no export, tile or receipt that could be verified. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}
