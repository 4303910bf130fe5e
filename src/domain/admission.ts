import type { Repeated } from './repeat.ts';

/** Who asks, by what it proved itself with, and the id that it gave its request. */
export interface Arrival {
  readonly system: string;
  /** SHA-256 of its certificate, base64url. */
  readonly thumbprint: string;
  /** `jti` of its access token; undefined without one. */
  readonly tokenId: string | undefined;
  readonly requestId: string;
  /** Whose the id is from now on, if it is fresh. */
  readonly exchange: string;
}

/** `blocked` uses up no request id. */
export type Admitted = 'admitted' | 'blocked' | Repeated;

export interface Admission {
  /**
   * Asked once for every request of a proven system. A block 停用 counts from the moment it is committed, in every
   * gateway of the cluster. An id is fresh the first time a system uses it within the window, in the whole cluster, and
   * used from then on, also after a restart and whatever becomes of its exchange; who uses it again is told that.
   */
  admit(arrival: Arrival): Promise<Admitted>;
  /** Asked for every access token: who is blocked gets none. */
  isBlocked(who: Pick<Arrival, 'system' | 'thumbprint'>): Promise<boolean>;
}
