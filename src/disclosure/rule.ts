import type { Plan } from '../domain/plan.ts';
import type { Disclosure } from './disclosures.ts';
import type { Usage } from './usage.ts';

/** `error` must not be granted so, `warning` needs somebody to look. */
export type Severity = 'error' | 'warning';

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** The grants and fields that it takes together; paths in the record. */
  readonly fields: readonly { readonly grant: string; readonly path: string }[];
  readonly message: string;
  /** The finding on a made-up or published value; never on data. */
  readonly example: string;
  /** How many values are left that a masked one can stand for. */
  readonly candidates?: number;
  readonly remedy: string;
}

/** What one department holds, or would hold with a draft. */
export interface Held {
  readonly plans: readonly Plan[];
  readonly disclosures: readonly Disclosure[];
}

/** Everything a rule may look at. */
export interface Holdings extends Held {
  /** What each other department holds: two of them could lay it together. */
  readonly others: readonly Held[];
  readonly now: number;
  /** What was read of late; undefined where nobody looked. */
  readonly usage: Usage | undefined;
}

export interface Rule {
  readonly id: string;
  readonly titleEn: string;
  readonly titleZh: string;
  /** What is wrong with it, and why no mask shows it by itself. */
  readonly explanation: string;
  find(holdings: Holdings): readonly Omit<Finding, 'rule'>[];
}
