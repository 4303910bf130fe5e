import type { FreezeKind } from './freeze.ts';
import type { Repeated } from './repeat.ts';

/** Who asks, by what it proved itself with, and the id that it gave its request. */
export interface Arrival {
  readonly department: string;
  readonly system: string;
  /** SHA-256 of its certificate, base64url. */
  readonly thumbprint: string;
  /** `jti` of its access token; undefined without one. */
  readonly tokenId: string | undefined;
  readonly requestId: string;
  /** Whose the id is from now on, if it is fresh. */
  readonly exchange: string;
}

/** What of who asks is frozen; it uses up no request id. */
export interface FrozenArrival {
  readonly state: 'frozen';
  readonly kind: FreezeKind;
}

export type Admitted = 'admitted' | FrozenArrival | Repeated;

export interface Admission {
  /**
   * Asked once for every request of a proven system. A freeze 停用 of who asks counts from the moment it is committed, in
   * every gateway of the cluster. An id is fresh the first time a system uses it within the window, in the whole cluster, and
   * used from then on, also after a restart and whatever becomes of its exchange; who uses it again is told that.
   */
  admit(arrival: Arrival): Promise<Admitted>;
  /** Asked for every access token and receipt: who is frozen gets none. Undefined for who is not. */
  frozenAs(who: Pick<Arrival, 'department' | 'system' | 'thumbprint'>): Promise<FreezeKind | undefined>;
}
