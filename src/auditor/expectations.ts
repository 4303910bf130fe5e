import type { TrustPolicy } from '../transparency/trust-policy.ts';
import type { JsonObject } from './read-canonical.ts';

/** A size that somebody noted earlier and kept elsewhere, with the chain or the root at it, hex. */
export interface Pinned {
  readonly size: number;
  readonly hash: string;
}

/** What whoever was answered holds: the entry with this leaf stands at this index. */
export interface HeldReceipt {
  readonly index: number;
  readonly leaf: string;
}

/** What is known from elsewhere. Only with some of it can a log be more than consistent. */
export interface Expectations {
  /** Whose checkpoints are believed; nothing that comes with the log has a say in it. */
  readonly policy?: TrustPolicy | undefined;
  /** The note of a checkpoint that was verified before and kept. It takes a trust policy. */
  readonly since?: string | undefined;
  readonly pinned?: Pinned | undefined;
  readonly receipts?: readonly HeldReceipt[] | undefined;
  /** Hears every entry. It means nothing before the verdict. */
  readonly onEntry?: ((entry: JsonObject, index: number) => void) | undefined;
}
