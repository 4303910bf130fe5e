import type { Fault } from './fault.ts';

/** The end of something that has to be renewed before. */
export interface Expiry {
  /** `revocation-list`: when the next one is due; from then on the department is refused. */
  readonly kind: 'gateway' | 'authority' | 'revocation-list';
  /** Empty for what is no one department's. */
  readonly department: string;
  /** The name of the file, without its folder: a word of who put it there. */
  readonly file: string;
  /** Milliseconds since the epoch; of several in one file, the first. */
  readonly at: number;
}

/** What may be told of the gateway's certificate and the authorities of callers that are in force. */
export interface TlsState {
  readonly expiries: readonly Expiry[];
  /** None: what is in force is what the files say. */
  readonly faults: readonly Fault[];
}
