/** A request to a source as it is about to be sent. */
export interface Outgoing {
  readonly method: 'POST';
  /** Of the origin, as `Host` has it: without the default port. */
  readonly authority: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The headers by which the gateway proves itself, for this one request to this one source. */
export type Authenticate = (outgoing: Outgoing) => Promise<Readonly<Record<string, string>>>;
